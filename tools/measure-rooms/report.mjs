import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { WARM_UP_MINUTES } from './load.mjs';

const page = new URL('../../docs/memory.md', import.meta.url);
const BEGIN = '<!-- measured by `npm run measure:rooms` -->';
const END = '<!-- end of what was measured -->';

/** Prints what was measured, and with `write` puts it between the marks of docs/memory.md. */
export function report({ starts, rest, underLoad, write }) {
  const lines = [
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors, Node ${process.versions.node}, load average at the end ${loadavg()[0].toFixed(1)}. MB are 10⁶ bytes.`,
    '',
    '| room | start, spawned to ready | CPU of the start | RSS at ready | RSS at rest | own · files | heap used · held | CPU at rest |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...starts.map((start) => atRest(start, rest.find(({ room }) => room === start.room))),
    ...(underLoad === undefined ? [] : ['', ...loaded(underLoad)]),
  ];
  console.log(`\n${lines.join('\n')}\n`);
  if (write) writeFileSync(page, between(readFileSync(page, 'utf8'), lines));
}

function atRest({ room, ms, cpuSeconds, residentMb }, rest) {
  const n = (value, digits = 0) => value.toFixed(digits);
  return `| ${room} | ${n(ms / 100) * 100} ms | ${n(cpuSeconds, 2)} s | ${n(residentMb)} | **${n(rest.residentMb)}** | ${n(rest.ownMb)} · ${n(rest.fileMb)} | ${n(rest.heapUsedMb)} · ${n(rest.heapTotalMb)} | ${n(rest.cpuPercent, 1)} % |`;
}

function loaded({ visits, minutes, samples, kept }) {
  const rooms = [...new Set(samples.map(({ room }) => room))].sort();
  const numbers = [...new Set(samples.map(({ minute }) => minute))];
  const of = (room, minute) => samples.filter((sample) => sample.room === room && (minute === undefined || sample.minute === minute));
  const spread = (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    return [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((value) => value.toFixed(0)).join(' / ');
  };
  const table = (key) => [
    `| ${key === 'residentMb' ? 'RSS' : 'heap used'}, MB | ${numbers.join(' | ')} | from minute ${WARM_UP_MINUTES + 1} on |`,
    `| --- |${' --: |'.repeat(numbers.length + 1)}`,
    ...rooms.map((room) => `| ${room} | ${numbers.map((minute) => spread(of(room, minute).map((sample) => sample[key]))).join(' | ')} | ${slope(of(room), key)} |`),
  ];
  return [
    `Under load, ${minutes} minutes, ${visits} visits (${(visits / minutes / 60).toFixed(1)} a second, each a sign-in, a ticket and its validation, a code, tokens, a refresh, an introspection and a sign-out: 11 requests and a hash). Least / median / most of each minute:`,
    '',
    ...table('residentMb'),
    '',
    ...table('heapUsedMb'),
    '',
    `| | heap kept by a whole collection, MB, minute ${WARM_UP_MINUTES} → end | CPU of a visit, ms |`,
    '| --- | --: | --: |',
    ...rooms.map((room) => `| ${room} | ${keeps(kept.find((each) => each.room === room))} | ${cpuOfVisit(of(room), visits).toFixed(1)} |`),
  ];
}

function keeps({ warmMb, endMb }) {
  return `${warmMb === undefined ? '–' : warmMb.toFixed(1)} → ${endMb.toFixed(1)}`;
}

function cpuOfVisit(samples, visits) {
  const share = (samples.length - 1) / samples.length;
  return ((samples.at(-1).cpuSeconds - samples[0].cpuSeconds) * 1_000) / (visits * share);
}

/** Least squares over the samples after the warm-up, in MB a minute. */
function slope(samples, key) {
  const points = samples.filter(({ minute }) => minute > WARM_UP_MINUTES).map((sample, index) => [index / 6, sample[key]]);
  if (points.length < 6) return '–';
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const x = mean(([at]) => at);
  const y = mean(([, value]) => value);
  const rise = mean(([at, value]) => (at - x) * (value - y)) / mean(([at]) => (at - x) ** 2);
  return `${rise >= 0 ? '+' : '−'}${Math.abs(rise).toFixed(2)} a minute`;
}

function between(text, lines) {
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (before < 0 || after < 0) throw new Error('docs/memory.md has no marks between which the figures go');
  return `${text.slice(0, before)}${BEGIN}\n\n${lines.join('\n')}\n\n${text.slice(after)}`;
}
