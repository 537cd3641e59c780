import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { ATTRIBUTES, type ClientSettings } from './cas-client-site.ts';
import { casClientRules, entered, knownAt } from './cas-client-rules.ts';
import { environmentOf, installed } from './cas-client-install.ts';
import { startProgram, type Program } from './program.ts';

const app = fileURLToPath(new URL('./clients/python-cas/app.py', import.meta.url));

async function start(settings: ClientSettings): Promise<Program> {
  const { python, modules } = await (await installed()).pythonCas();
  const environment = { ...environmentOf(settings), PYTHONPATH: modules, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1', REQUESTS_CA_BUNDLE: settings.authority };
  return startProgram({ program: python, args: [app], port: settings.port, environment, folder: settings.folder });
}

casClientRules({
  name: 'python-cas',
  start,
  proxies: true,
  pages: ['/v1', '/v2', '/saml'],
  also(site) {
    it('signs in with each of its clients: CAS 1.0, CAS 2.0 and SAML 1.1 (§2.4, §2.5, §2.9)', async () => {
      const known = async (path: string) => knownAt((await entered(site(), 'ada', path)).page, site());
      expect(await known('/v1')).toEqual({ user: 'ada', attributes: {} });
      expect((await known('/v2')).user).toBe('ada');
      expect(await known('/saml')).toEqual({
        user: 'ada',
        attributes: expect.objectContaining({ email: ATTRIBUTES.email[0], affiliation: ATTRIBUTES.affiliation, motto: ATTRIBUTES.motto[0] }),
      });
    });
  },
});
