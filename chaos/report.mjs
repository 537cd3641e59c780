import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const PAGE = new URL('../docs/chaos.md', import.meta.url);
const HEAD = `# What was killed, and what came of it

Written by \`npm run chaos -- --write\`, which runs Latchkey as it is deployed (two replicas of each of the five rooms behind nginx, with
a PostgreSQL, a Redis and a Kafka of their own, all on one machine) and holds it against a record of its own: what was
answered to whom, and what the applications heard. Each table is one run, as it was. A run that finds a promise broken says so here and
exits with an error. Machines are noisy, and this one is shared: beside a latency stands the load average of that minute.
`;

export function print({ title, rows, violations }) {
  console.log(`\n${title}\n${'─'.repeat(title.length)}`);
  for (const [what, count] of rows) console.log(`  ${what}: ${count}`);
  if (violations.length === 0) console.log('  No promise was broken.');
  for (const [rule, details] of byRule(violations)) console.log(`  BROKEN: ${rule}: ${details.length} (${details.slice(0, 5).join(' | ')})`);
}

/** A scenario has one section, which its next run replaces. */
export function write({ name, title, rows, violations, command }) {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : HEAD;
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const section = [
    begin,
    '',
    `## ${title}`,
    '',
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors, Node ${process.versions.node}.`,
    '',
    '| | |',
    '| --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    ...(violations.length === 0 ? [] : ['', `**Broken:** ${byRule(violations).map(([rule, { length }]) => `${rule} (${length})`).join('; ')}.`]),
    '',
    end,
  ].join('\n');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  writeFileSync(PAGE, from < 0 ? `${page.trimEnd()}\n\n${section}\n` : page.slice(0, from) + section + page.slice(to + end.length));
}

function byRule(violations) {
  const rules = new Map();
  for (const { rule, detail } of violations) rules.set(rule, [...(rules.get(rule) ?? []), detail]);
  return [...rules];
}
