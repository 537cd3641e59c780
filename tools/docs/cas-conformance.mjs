import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from '../prepare/run.mjs';
import { generated, table } from './rooms.mjs';

const suite = path.join(root, 'conformance', 'cas');
const folder = path.join(suite, 'results');

/** What `npm run conformance:cas -- --publish` kept of each server, side by side. */
export function casConformanceDocument() {
  const reports = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => resultsOf(name.replace(/\.json$/, '')))
    .sort((one, other) => Number(other.file === 'latchkey') - Number(one.file === 'latchkey') || (one.file < other.file ? -1 : 1));
  const titles = reports.map(({ target }) => [target.name, target.version].filter(Boolean).join(' '));
  const sections = [...new Map(reports.flatMap((report) => report.sections.map(({ section, title }) => [section, title])))];
  return [
    generated('conformance/cas/results'),
    '# CAS servers by section of the specification',
    '',
    'The [conformance suite](../conformance/cas/README.md) asks each of them the same, from outside: what CAS Protocol 3.0.3 says, and hostile input. A',
    'figure is how many rules hold of those that could be tried; what a server does not have is not counted, and named below. Rules that do not hold',
    'stand below with what came instead. Latchkey is held to this by `npm test`; the others were run once, as their starters in',
    '[conformance/cas/targets](../conformance/cas/targets) set them up: what a setting could change says so.',
    '',
    table(
      ['section', ...titles],
      [
        ...sections.map(([section, title]) => [`${section} ${title}`, ...reports.map((report) => figure(report.sections.find((one) => one.section === section)?.rules ?? []))]),
        ['**all**', ...reports.map((report) => figure(rulesOf(report)))],
        ['of these, MUST', ...reports.map((report) => figure(rulesOf(report).filter(({ level }) => level === 'MUST')))],
        ['run on', ...reports.map(({ at }) => at)],
      ],
    ),
    ...reports.flatMap((report, at) => [
      `## ${titles[at]}`,
      '',
      ...absent(report),
      table(
        ['rule', 'level', 'it says', 'what came instead', 'why'],
        rulesOf(report)
          .filter(({ outcome }) => outcome === 'failed')
          .map(({ id, level, text, reason }) => [id, level, plain(text), code(reason), plain(why(report, id))]),
      ),
    ]),
  ].join('\n');
}

/** Why a rule does not hold stands in the target file of that name, by hand. */
function resultsOf(file) {
  const { deviations = {} } = parse(readFileSync(path.join(suite, 'targets', `${file}.yaml`), 'utf8'));
  return { file, deviations, ...JSON.parse(readFileSync(path.join(folder, `${file}.json`), 'utf8')) };
}

function why({ file, deviations }, id) {
  if (deviations[id] === undefined) throw new Error(`conformance/cas/targets/${file}.yaml does not say why '${id}' does not hold`);
  return deviations[id];
}

const rulesOf = ({ sections }) => sections.flatMap(({ rules }) => rules);

function figure(rules) {
  const tried = rules.filter(({ outcome }) => outcome === 'passed' || outcome === 'failed');
  if (tried.length === 0) return '–';
  return `${tried.filter(({ outcome }) => outcome === 'passed').length}/${tried.length}`;
}

/** What it does not have, or what could not be tried, each once. */
function absent(report) {
  const reasons = [...new Set(rulesOf(report).filter(({ outcome }) => ['not supported', 'skipped'].includes(outcome)).map(({ outcome, reason }) => `${outcome}: ${plain(reason)}`))];
  return reasons.length === 0 ? [] : [...reasons.map((reason) => `- ${reason}`), ''];
}

/** Whatever a server answered is shown as it is, and is no markup here. */
const code = (text) => `<code>${escape(text.replace(/\s+/g, ' '))}</code>`;
const plain = (text) => escape(text);
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', '&#96;').replaceAll('*', '&#42;').replaceAll('_', '&#95;').replaceAll('[', '&#91;');
