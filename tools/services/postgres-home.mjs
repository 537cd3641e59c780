import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Advice, isRoot } from './processes.mjs';

/**
 * Where the data live and who runs the server.
 *
 * PostgreSQL refuses to run as root, so root hands the cluster to an ordinary account; and that account must be able
 * to walk to it. A clone under /root (0700) cannot hold the data: they go to /var/lib/latchkey, in a folder named
 * after the clone, so that the next start finds them again.
 */
export function postgresHome(dataDir) {
  if (!isRoot()) return ownHome(dataDir);
  const besideClone = path.resolve(dataDir);
  const elsewhere = path.join('/var/lib/latchkey', nameOf(besideClone));
  const existing = [besideClone, elsewhere].find((home) => existsSync(path.join(home, 'cluster', 'PG_VERSION')));
  const account = existing ? ownerOf(path.join(existing, 'cluster')) : serverAccount();
  for (const home of existing ? [existing] : [besideClone, elsewhere]) {
    makeWalkable(home);
    if (canWalk(home, account)) return new Home(home, account);
  }
  throw new Advice(
    `PostgreSQL cannot run as root, and the account it would run as (uid ${account.uid}) can reach neither ${besideClone} nor ${elsewhere}.\n` +
      'Clone to a folder that other accounts may walk through, start as an ordinary user, or set DATABASE_URL to a server of your own.',
  );
}

function ownHome(dataDir) {
  const home = path.resolve(dataDir);
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const cluster = path.join(home, 'cluster');
    if (existsSync(cluster) && statSync(cluster).uid !== (process.getuid?.() ?? statSync(cluster).uid)) throw foreign(home);
    return new Home(home, undefined);
  } catch (error) {
    if (error.code === 'EACCES' || error.code === 'EPERM') throw foreign(home);
    throw error;
  }
}

const foreign = (home) =>
  new Advice(`The data in ${home} belong to another account (an earlier start as root?).\nStart as that account, or move that folder away to begin with new data.`);

class Home {
  constructor(folder, account) {
    this.folder = folder;
    this.account = account;
    this.cluster = path.join(folder, 'cluster');
    this.log = path.join(folder, 'postgres.log');
  }

  path(name) {
    return path.join(this.folder, name);
  }

  /** How to run one of PostgreSQL's programs here. */
  get spawnOptions() {
    return {
      cwd: this.folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}) },
      ...(this.account ? { uid: this.account.uid, gid: this.account.gid } : {}),
    };
  }

  read(name) {
    try {
      return JSON.parse(readFileSync(this.path(name), 'utf8'));
    } catch (error) {
      if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
      throw error.code === 'EACCES' ? foreign(this.folder) : error;
    }
  }

  /** Whole or not at all, and readable by its owner only. */
  write(name, value) {
    const file = this.path(name);
    writeFileSync(`${file}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600 });
    this.own(`${file}.new`, statSync(this.folder));
    renameSync(`${file}.new`, file);
  }

  give(file) {
    if (this.account) chownSync(file, this.account.uid, this.account.gid);
  }

  /** A start as root must not take an ordinary user's files away from them. */
  own(file, { uid, gid }) {
    if (isRoot()) chownSync(file, uid, gid);
  }
}

function nameOf(folder) {
  let real = folder;
  while (!existsSync(real)) real = path.dirname(real);
  const whole = path.join(realpathSync(real), path.relative(real, folder));
  return createHash('sha256').update(whole).digest('hex').slice(0, 12);
}

function makeWalkable(home) {
  const made = mkdirSync(home, { recursive: true, mode: 0o711 });
  if (statSync(home).uid === 0) chmodSync(home, 0o711);
  // An umask may have taken the walking right away from the folders we made on the way.
  for (let folder = home; made && folder.length >= made.length; folder = path.dirname(folder)) chmodSync(folder, 0o711);
}

function canWalk(folder, account) {
  const tried = spawnSync('/bin/sh', ['-c', 'cd "$1" && test -x .', 'sh', folder], { cwd: '/', uid: account.uid, gid: account.gid });
  if (tried.error?.code === 'EPERM') {
    throw new Advice('This root may not change accounts (a restricted container?), and PostgreSQL refuses to run as root.\nStart as an ordinary user, or set DATABASE_URL to a server of your own.');
  }
  return tried.status === 0;
}

function ownerOf(folder) {
  const { uid, gid } = statSync(folder);
  if (uid === 0) throw new Advice(`${folder} belongs to root, as which PostgreSQL refuses to run. Move it away to begin with new data.`);
  return { uid, gid };
}

/** The postgres account where there is one; else nobody, which every system has. */
function serverAccount() {
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const account = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (!account) throw new Advice('PostgreSQL cannot run as root, and there is neither an account named postgres nor one named nobody.\nStart as an ordinary user, or set DATABASE_URL.');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}
