import { fileURLToPath } from 'node:url';
import type { ClientSettings } from './cas-client-site.ts';
import { casClientRules } from './cas-client-rules.ts';
import { environmentOf, installed } from './cas-client-install.ts';
import { startProgram, type Program } from './program.ts';

const router = fileURLToPath(new URL('./clients/phpcas/router.php', import.meta.url));

async function start(settings: ClientSettings): Promise<Program> {
  const { php, library } = await (await installed()).phpCas();
  const ini = { 'curl.cainfo': settings.authority, display_errors: '0', log_errors: '1', output_buffering: '4096' };
  return startProgram({
    program: php,
    args: [...Object.entries(ini).flatMap(([name, value]) => ['-d', `${name}=${value}`]), '-S', `127.0.0.1:${settings.port}`, router],
    port: settings.port,
    // While a page waits for Latchkey, Latchkey brings it the proxy-granting ticket, and the page asks its backend.
    environment: { ...environmentOf(settings), PHP_CAS: library, PHP_CLI_SERVER_WORKERS: '4' },
    folder: settings.folder,
  });
}

casClientRules({ name: 'phpCAS', start, proxies: true, signsOut: true, protocols: ['/v1', '/v2', '/saml'] });
