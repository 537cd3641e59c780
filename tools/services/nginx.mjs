import { Advice } from './processes.mjs';
import { findOrUnpack } from './unpacked.mjs';

/** The path of an nginx. */
export function findNginx(log) {
  const found = findOrUnpack('nginx', ['-v'], log);
  if (found) return found;
  throw new Advice('The deployment is tested with nginx, and none was found. Install it so that it is on the PATH (Debian: apt-get install nginx-light).');
}
