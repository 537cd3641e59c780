import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { Advice, aptInstall, isRoot } from './processes.mjs';
import { findOrUnpack } from './unpacked.mjs';

/** The proxies whose snippets in docs/forward-auth are tested with the real programs; nginx and Apache are found elsewhere. */
export function findCaddy(log) {
  return findOrUnpack('caddy', ['version'], log) ?? missing('caddy');
}

/** Its libraries bring no service, so they are installed; the program itself is not. */
export function findHaproxy(log) {
  const found = findOrUnpack('haproxy', ['-v'], log);
  if (found) return found;
  const { stdout } = isRoot() ? spawnSync('apt-get', ['install', '--simulate', '--no-install-recommends', 'haproxy'], { encoding: 'utf8' }) : { stdout: '' };
  const libraries = [...(stdout ?? '').matchAll(/^Inst (lib\S+)/gm)].map(([, name]) => name);
  if (libraries.length > 0) aptInstall(libraries, log);
  return findOrUnpack('haproxy', ['-v'], log) ?? missing('haproxy');
}

/** With it Apache's Lua asks by HTTP. */
export function findLuaSocket(log) {
  const folder = '/usr/share/lua/5.3';
  const found = () => {
    try {
      return readdirSync(folder).includes('socket') ? folder : undefined;
    } catch {
      return undefined;
    }
  };
  return found() ?? (aptInstall(['lua-socket'], log) ? found() : undefined) ?? missing('lua-socket');
}

function missing(name) {
  throw new Advice(`The snippets for proxies are tested with ${name}, which was not found. Install it (Debian, as root: apt-get install ${name}).`);
}
