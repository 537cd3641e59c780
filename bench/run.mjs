// Runs each operation on Latchkey and on the server named by --against, in turns in one run, and prints what each cost.
import { parseArgs } from 'node:util';
import { apereoCasOperations } from './operations/apereo-cas.mjs';
import { latchkeyOperations } from './operations/latchkey.mjs';
import { oidcProviderOperations } from './operations/oidc-provider.mjs';
import { measure } from './measure.mjs';
import { report } from './report.mjs';
import { startServer } from './start-server.mjs';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '8' },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

/** `only`: what is measured beside it; everything where nothing is said. */
const RIVALS = {
  'oidc-provider': { file: 'oidc-provider.mjs', operations: oidcProviderOperations },
  'apereo-cas': { file: 'apereo-cas.mjs', operations: apereoCasOperations, only: 'CAS sign-on + validate, with a session' },
};
if (values.against !== undefined && !(values.against in RIVALS)) {
  console.error(`--against takes ${Object.keys(RIVALS).join(' or ')}, not ${values.against}`);
  process.exit(2);
}

const bounds = { seconds: Number(values.seconds), connections: Number(values.connections) };
const servers = [];
try {
  const sides = [await side('latchkey', 'latchkey.mjs', latchkeyOperations)];
  if (values.against !== undefined) {
    const rival = RIVALS[values.against];
    sides.push(await side(values.against, rival.file, rival.operations));
  }
  const names = Object.keys(sides[0].operations).filter((name) => [undefined, name].includes(values.only ?? RIVALS[values.against]?.only));
  const results = new Map();
  for (const name of names) {
    for (const one of sides) if (one.operations[name]) await measure(one.server, one.operations[name], { ...bounds, seconds: 1 });
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const one of sides) {
        if (!one.operations[name]) continue;
        const figures = await measure(one.server, one.operations[name], bounds);
        const key = `${name}\n${one.name}`;
        results.set(key, [...(results.get(key) ?? []), figures]);
        process.stderr.write(`  ${name}, ${one.name}, round ${round + 1}: ${figures.cpuUs.toFixed(0)} µs/op\n`);
      }
    }
  }
  report({ names, sides: sides.map(({ name }) => name), results, bounds, rounds: Number(values.rounds), write: values.write });
} finally {
  for (const server of servers) await server.stop();
}

async function side(name, file, operations) {
  process.stderr.write(`Starting ${name}\n`);
  const server = await startServer(new URL(`./servers/${file}`, import.meta.url));
  servers.push(server);
  return { name, server, operations: await operations(server) };
}
