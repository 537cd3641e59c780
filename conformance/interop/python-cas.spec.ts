import { fileURLToPath } from 'node:url';
import type { ClientSettings } from './cas-client-site.ts';
import { casClientRules } from './cas-client-rules.ts';
import { environmentOf, installed } from './cas-client-install.ts';
import { startProgram, type Program } from './program.ts';

const app = fileURLToPath(new URL('./clients/python-cas/app.py', import.meta.url));

async function start(settings: ClientSettings): Promise<Program> {
  const { python, modules } = await (await installed()).pythonCas();
  const environment = { ...environmentOf(settings), PYTHONPATH: modules, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', REQUESTS_CA_BUNDLE: settings.authority };
  return startProgram({ program: python, args: [app], port: settings.port, environment, folder: settings.folder });
}

casClientRules({ name: 'python-cas', start, proxies: true, signsOut: true, protocols: ['/v1', '/v2', '/saml'] });
