#!/usr/bin/env node
import { Command } from 'commander';
import { processEnvironment } from '@latchkey/runtime';
import { importApereo, type ImportOptions } from './commands/import-apereo.ts';
import { makeKeys, type KeysOptions } from './commands/keys.ts';
import { migrateAll } from './commands/migrate.ts';

/** What whoever runs Latchkey does besides running its rooms. */
const program = new Command('latchkey')
  .description('Single sign-on: CAS and OpenID Connect over one session.')
  .showHelpAfterError()
  .addHelpText('after', '\nA room runs by an entry of its own: node apps/<room>/dist/main.js (cas, session-store, token-issuer, consent, management).');

program
  .command('migrate')
  .description('bring the five schemas up to date; with the DATABASE_URL of an administrator, make roles and schemas first')
  .action(() => run(() => migrateAll(processEnvironment(), say)));

program
  .command('keys')
  .description('write the secrets of a new installation; what is there stays as it is')
  .argument('<folder>', 'where to; made if it is not there')
  .requiredOption('--database <host:port/name>', 'the PostgreSQL that the rooms will find')
  .option('--roles <prefix>', 'begins the names of the database roles; another one for each installation on one server', 'latchkey')
  .action((folder: string, options: KeysOptions) => run(() => makeKeys(folder, options, say)));

program
  .command('import')
  .description('take over what another server was told')
  .command('apereo-services')
  .description('convert service definitions of Apereo CAS (JSON) to a declarative file, and report what has no counterpart')
  .argument('<folder>', 'the JSON service registry: Name-1001.json and so on, also in folders')
  .option('--out <file>', 'the declarative file; default: standard output')
  .option('--report <file>', 'what has no counterpart, and what to do; default: standard error')
  .action((folder: string, options: ImportOptions) => run(() => importApereo(folder, options, { say, warn })));

await program.parseAsync();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function run(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
