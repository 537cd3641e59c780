// What finding the service of an address costs, with ten and with ten thousand registered: in ratios, taken in turns in one run.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { serviceMatcher, servicePatternFault } from '@latchkey/cas-protocol';
import { EVIL_EXPRESSIONS, EVIL_URLS, FAMILIES } from './service-families.mjs';
import { writeSection } from './page.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '41' }, write: { type: 'boolean', default: false } } });
const ROUNDS = Number(values.rounds);
const FEW = 10;
const MANY = 10_000;
const PROBES = 1_000;

let seed = 1;
const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;

const lines = [...ratios(), '', ...evil(), '', ...changes()];
console.log(`\n${lines.join('\n')}\n`);
if (values.write) writeSection('What finding a service costs', page(lines));

/** Each round asks the same number of addresses of both registries; the ratio is taken within the round. */
function ratios() {
  const rows = FAMILIES.map(({ name, bound, service, url }) => {
    for (const index of [0, MANY - 1]) must(service(index).urls.every((one) => servicePatternFault(one, service(index).match) === null), `${name} cannot be registered`);
    const sides = [FEW, MANY].map((count) => {
      const matcher = serviceMatcher(Array.from({ length: count }, (_, index) => service(index)));
      const first = timed(() => matcher.find(url(0)));
      const probes = Array.from({ length: PROBES }, () => random(count)).map((index) => ({ address: url(index), id: service(index).id }));
      return { matcher, probes, first };
    });
    const rounds = Array.from({ length: ROUNDS + 3 }, () => sides.map(ask)).slice(3);
    const [few, many] = [0, 1].map((side) => median(rounds.map((round) => round[side])));
    const ratio = median(rounds.map(([one, other]) => other / one));
    return `| ${name} | ${us(few)} | ${us(many)} | ${ratio.toFixed(2)} | ${bound} | ${sides[1].first.toFixed(1)} |`;
  });
  return ['| services | CPU µs a lookup, 10 | CPU µs a lookup, 10,000 | ratio | at most | first lookup of 10,000, ms |', '| --- | --: | --: | --: | --: | --: |', ...rows];
}

function ask({ matcher, probes }) {
  const { used } = costed(() => {
    for (const { address, id } of probes) must(matcher.find(address)?.service.id === id, `${address} is not found`);
  });
  return (used * 1_000) / probes.length;
}

/** Every address of every expression by itself, beside ten thousand others on the same host. */
function evil() {
  const crowd = FAMILIES.at(-1);
  const services = Array.from({ length: MANY }, (_, index) => crowd.service(index));
  const registrable = EVIL_EXPRESSIONS.filter((source) => servicePatternFault(`${crowd.origin}${source}`, 'regex') === null);
  must(registrable.length > 5, 'no expression can be registered');
  const matcher = serviceMatcher([...services, ...registrable.map((source, index) => ({ id: `evil-${index}`, urls: [`${crowd.origin}${source}`], match: 'regex' }))]);
  const rows = EVIL_URLS.map(({ name, url }) => {
    const address = crowd.origin + url;
    const first = timed(() => matcher.find(address));
    const calls = Array.from({ length: 2_000 }, () => costed(() => matcher.find(address)));
    const [took, used] = ['took', 'used'].map((what) => calls.map((call) => call[what]).sort((a, b) => a - b));
    return `| ${name} | ${took[1_000].toFixed(3)} | ${took[1_980].toFixed(3)} | ${used[1_980].toFixed(3)} | ${first.toFixed(1)} |`;
  });
  const refused = EVIL_EXPRESSIONS.filter((source) => !registrable.includes(source));
  return [
    `Beside them ${registrable.length} expressions that a backtracking matcher would not survive: ${registrable.map(code).join(' ')}. Refused when they are registered: ${refused.map(code).join(' ')}.`,
    '',
    '| address | median ms | p99 ms | p99 ms of CPU | first, ms |',
    '| --- | --: | --: | --: | --: |',
    ...rows,
  ];
}

function changes() {
  const rows = FAMILIES.map(({ name, service, url }) => {
    const services = Array.from({ length: MANY }, (_, index) => service(index));
    const built = timed(() => serviceMatcher(services));
    const costs = Array.from({ length: 11 }, () => {
      const index = random(MANY);
      services[index] = { ...services[index] };
      let matcher;
      const rebuilt = timed(() => (matcher = serviceMatcher(services)));
      return { rebuilt, first: timed(() => must(matcher.find(url(index))?.service === services[index], 'another service is found')) };
    });
    return `| ${name} | ${built.toFixed(1)} | ${median(costs.map(({ rebuilt }) => rebuilt)).toFixed(1)} | ${median(costs.map(({ first }) => first)).toFixed(1)} |`;
  });
  return ['| 10,000 services | built, ms | rebuilt after a change of one, ms | first lookup after it, ms |', '| --- | --: | --: | --: |', ...rows];
}

function page(lines) {
  return `Measured by \`npm run bench:matching -- --write\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} processors, Node ${process.versions.node}; medians of ${ROUNDS} rounds of
${PROBES} addresses, each of which was found; the ratio is taken within a round. The address is also checked in this time, as in every request.

${lines.join('\n')}`;
}

function timed(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Beside the time by the clock what this process used of it: another one may have had the processor. */
function costed(work) {
  const before = process.cpuUsage();
  const took = timed(work);
  const { user, system } = process.cpuUsage(before);
  return { took, used: (user + system) / 1_000 };
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function us(number) {
  return number.toFixed(2);
}

function code(source) {
  return `\`${source.replaceAll('|', '\\|')}\``;
}

function must(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}
