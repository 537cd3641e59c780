import { existsSync } from 'node:fs';
import { Advice, aptInstall, isRoot, onPath } from './processes.mjs';

const find = () => ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(onPath).find(Boolean);

/** The path of a Chromium for the browser tests. */
export function findChromium(log) {
  const given = process.env.LATCHKEY_TEST_CHROMIUM;
  if (given) {
    if (!existsSync(given)) throw new Advice(`LATCHKEY_TEST_CHROMIUM names ${given}, which does not exist.`);
    return given;
  }
  const found = find() ?? (aptInstall(['chromium'], log) ? find() : undefined);
  if (found) return found;
  throw new Advice(
    `The browser tests need Chromium${isRoot() ? '' : ', which only root could install for you'}. Either of these helps:\n` +
      '  install it (Debian: apt-get install chromium),\n' +
      '  set LATCHKEY_TEST_CHROMIUM to a Chromium or Chrome.',
  );
}

const modules = '/usr/lib/apache2/modules';
const httpd = '/usr/sbin/apache2';
const apacheParts = [httpd, `${modules}/mod_auth_openidc.so`, `${modules}/mod_auth_cas.so`];

/**
 * Debian's Apache with the two modules through which the interop tests sign in. apache2-bin is the program alone: no
 * service is started by it.
 */
export function findApache(log) {
  const complete = () => apacheParts.every((part) => existsSync(part));
  if (complete() || (aptInstall(['apache2-bin', 'libapache2-mod-auth-openidc', 'libapache2-mod-auth-cas'], log) && complete())) return httpd;
  throw new Advice(
    'The interop tests need an Apache with mod_auth_openidc and mod_auth_cas, where Debian puts them. As root:\n' +
      '  apt-get install apache2-bin libapache2-mod-auth-openidc libapache2-mod-auth-cas',
  );
}
