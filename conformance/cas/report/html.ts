import type { Exchange } from '../client.ts';
import type { Result } from '../runner.ts';
import type { Report } from './report.ts';

const MARK: Readonly<Record<Result['outcome'], string>> = { passed: '✓', failed: '✗', 'not supported': '–', skipped: '○' };

/** One file that needs nothing else: a table a section, failures with what was sent and what came back. */
export function htmlOf(report: Report): string {
  const { target, totals } = report;
  const title = `CAS conformance of ${target.name}${target.version === null ? '' : ` ${target.version}`}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #c62828; --dim: #777; }
@media (prefers-color-scheme: dark) { :root { --good: #56d364; --bad: #ff7b72; --dim: #999; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid var(--line); }
th { font-weight: 600; } td:first-child { width: 1.5rem; } td:nth-child(2) { width: 6rem; }
.passed td:first-child { color: var(--good); } .failed td:first-child { color: var(--bad); }
.reason, .dim { color: var(--dim); } .failed .reason { color: var(--bad); }
details { margin-top: .3rem; } pre { overflow-x: auto; padding: .6rem; background: #8881; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
nav { columns: 2; }
</style>
</head>
<body>
<h1>${text(title)}</h1>
<p>By section of the ${text(report.suite)} specification, ${text(report.at)}.
<strong>${totals.passed}</strong> passed, <strong>${totals.failed}</strong> failed, ${totals['not supported']} not supported, ${totals.skipped} skipped.</p>
<nav><ul>${report.sections.map(({ section, title: name, totals: own }) => `<li><a href="#${anchor(section)}">${text(section)} ${text(name)}</a> <span class="dim">${own.passed + own.failed === 0 ? '–' : `${own.passed}/${own.passed + own.failed}`}</span></li>`).join('\n')}</ul></nav>
${report.sections.map(({ section, title: name, rules }) => sectionOf(section, name, rules)).join('\n')}
</body>
</html>
`;
}

function sectionOf(section: string, title: string, rules: readonly Result[]): string {
  return `<h2 id="${anchor(section)}">${text(section)} ${text(title)}</h2>
<table><thead><tr><th></th><th>Level</th><th>Rule</th></tr></thead><tbody>
${rules.map(row).join('\n')}
</tbody></table>`;
}

function row({ id, level, text: rule, outcome, reason, deviation, exchanges }: Result): string {
  return `<tr class="${outcome.replace(' ', '-')}"><td title="${outcome}">${MARK[outcome]}</td><td>${level}</td><td>${text(rule)} <span class="dim">${text(id)}</span>
${reason === '' ? '' : `<div class="reason">${text(outcome === 'failed' ? reason : `${outcome}: ${reason}`)}</div>`}
${deviation === null ? '' : `<div class="dim">Known: ${text(deviation)}</div>`}
${exchanges.length === 0 ? '' : `<details><summary>What was sent and what came back</summary>${exchanges.map(exchangeOf).join('')}</details>`}</td></tr>`;
}

function exchangeOf({ sent, came }: Exchange): string {
  const lines = (headers: object): string => Object.entries(headers).map(([name, value]) => `${name}: ${[value].flat().join(`\n${name}: `)}`).join('\n');
  const answer = 'error' in came ? `no answer: ${came.error}` : `${came.status}\n${lines(came.headers)}\n\n${came.body}`;
  return `<pre>${text(`${sent.method} ${sent.url}\n${lines(sent.headers)}${sent.body === '' ? '' : `\n\n${sent.body}`}`)}</pre><pre>${text(answer)}</pre>`;
}

const anchor = (section: string): string => `s-${section.replace(/[^A-Za-z0-9]+/g, '-')}`;
const text = (raw: string): string => raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
