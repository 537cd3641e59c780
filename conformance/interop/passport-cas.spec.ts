import { fileURLToPath } from 'node:url';
import type { ClientSettings } from './cas-client-site.ts';
import { casClientRules } from './cas-client-rules.ts';
import { environmentOf, installed } from './cas-client-install.ts';
import { startProgram, type Program } from './program.ts';

const app = fileURLToPath(new URL('./clients/passport-cas/app.mjs', import.meta.url));

async function start(settings: ClientSettings): Promise<Program> {
  const { modules } = await (await installed()).passportCas();
  const environment = { ...environmentOf(settings), CLIENT_MODULES: modules, NODE_EXTRA_CA_CERTS: settings.authority };
  return startProgram({ program: process.execPath, args: [app], port: settings.port, environment, folder: settings.folder });
}

// The strategy has no pgtUrl: it cannot be a proxy.
casClientRules({ name: '@coursetable/passport-cas', start, proxies: false, protocols: ['/v1', '/v2', '/saml'] });
