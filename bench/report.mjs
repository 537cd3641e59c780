import { cpus } from 'node:os';
import { writeSection } from './page.mjs';

/** Prints medians over the rounds, and with `write` puts them into docs/benchmarks.md. */
export function report({ names, sides, results, bounds, rounds, write }) {
  const [ours, theirs] = sides;
  const rows = names.flatMap((name) => sides.filter((side) => results.has(`${name}\n${side}`)).map((side) => row(name, side, results.get(`${name}\n${side}`))));
  const ratios = theirs === undefined ? [] : names.filter((name) => results.has(`${name}\n${theirs}`)).map((name) => ratio(name, results.get(`${name}\n${ours}`), results.get(`${name}\n${theirs}`)));
  const lines = [
    `| operation | server | operations/s | p99 ms | server CPU µs/op | PostgreSQL CPU µs/op | RSS MB |`,
    `| --- | --- | --: | --: | --: | --: | --: |`,
    ...rows,
    '',
    ...(ratios.length === 0 ? [] : [`| operation | CPU of ${ours} ÷ CPU of ${theirs}, round by round | median | with PostgreSQL |`, `| --- | --- | --: | --: |`, ...ratios]),
  ];
  console.log(`\n${lines.join('\n')}\n`);
  if (write) writeSection(theirs === 'apereo-cas' ? 'CAS beside Apereo CAS' : 'What an operation costs', page(lines, bounds, rounds, theirs));
}

function row(name, side, figures) {
  const of = (key) => median(figures.map((figure) => figure[key]));
  const database = figures[0].databaseUs === null ? '–' : of('databaseUs').toFixed(0);
  return `| ${name} | ${side} | ${of('perSecond').toFixed(0)} | ${of('p99Ms').toFixed(1)} | ${of('cpuUs').toFixed(0)} | ${database} | ${of('rssMb').toFixed(0)} |`;
}

/** Ratios are taken within a round: both sides ran in the same minute. */
function ratio(name, ours, theirs) {
  const each = ours.map((figure, round) => figure.cpuUs / theirs[round].cpuUs);
  const all = ours.map((figure, round) => (figure.cpuUs + (figure.databaseUs ?? 0)) / theirs[round].cpuUs);
  return `| ${name} | ${each.map((value) => value.toFixed(2)).join(' · ')} | ${median(each).toFixed(2)} | ${median(all).toFixed(2)} |`;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function page(lines, bounds, rounds, theirs) {
  return `Measured by \`npm run bench --${theirs === undefined ? '' : ` --against ${theirs}`} --write\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} processors, Node ${process.versions.node},
${bounds.connections} connections, ${rounds} rounds of ${bounds.seconds} s in turns, medians. Every answer was checked. Latchkey keeps
grants, visits and sessions in PostgreSQL (embedded, \`synchronous_commit\` on)${theirs === undefined ? '' : `; ${theirs} keeps everything in the memory of its process`}. "Server CPU" is user and
system time of the server's process; what PostgreSQL used stands beside it. Machines are noisy: trust the ratios, not the rates.

${lines.join('\n')}
`;
}
