import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../prepare/run.mjs';
import { Advice } from '../services/processes.mjs';

export const demoFile = path.join(root, 'examples', 'demo.yaml');

const help = `
  npm start [-- options]

  --apply FILE   people, services and clients to begin with, instead of the demo (also: LATCHKEY_APPLY)
  --port N       the port of Latchkey, 8080 otherwise (also: LATCHKEY_PORT)
  --split        every room in a process of its own, over Redis and Kafka that are started here as well
  --replicas N   so many processes of each room (with --split), 1 otherwise
  --no-demo      neither the demo file nor the demo applications

  DATABASE_URL   a PostgreSQL of your own, instead of the one that is started here
`;

/** @returns {{ port: number, applyFile?: string, demo: boolean, replicas?: number }} `replicas`: of each room, where each has processes of its own */
export function readOptions(args = process.argv.slice(2)) {
  const { values } = parse(args);
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const given = values.apply ?? process.env.LATCHKEY_APPLY;
  const applyFile = given ? path.resolve(process.env.INIT_CWD ?? process.cwd(), given) : undefined;
  if (applyFile) demandReadable(applyFile);
  const demo = !values['no-demo'] && (applyFile === undefined || applyFile === demoFile);
  return { port: portOf(values.port ?? process.env.LATCHKEY_PORT ?? '8080'), applyFile: applyFile ?? (demo ? demoFile : undefined), demo, ...(values.split ? { replicas: replicasOf(values.replicas ?? '1') } : {}) };
}

function demandReadable(file) {
  try {
    readFileSync(file);
  } catch ({ code, message }) {
    if (code === 'ENOENT') throw new Advice(`There is no file ${file} to apply.`);
    if (code === 'EISDIR') throw new Advice(`${file} is a folder; name the file in it that is to be applied.`);
    throw new Advice(`The file to apply cannot be read: ${message}`);
  }
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: { apply: { type: 'string' }, port: { type: 'string' }, 'no-demo': { type: 'boolean' }, split: { type: 'boolean' }, replicas: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    if (error.code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
      throw new Advice(`What is meant by ${args.join(' ')}? Options go after a lone --, such as: npm start -- --apply FILE\n${help}`);
    }
    throw new Advice(`${error.message}\n${help}`);
  }
}

function replicasOf(text) {
  const replicas = Number(text);
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > 9) throw new Advice(`"${text}" is no number of replicas: give a whole number from 1 to 9.`);
  return replicas;
}

function portOf(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Advice(`"${text}" is no port: give a whole number from 1 to 65535 with --port or LATCHKEY_PORT.`);
  return port;
}
