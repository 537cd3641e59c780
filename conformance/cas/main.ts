import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startApplications } from './applications.ts';
import { htmlOf } from './report/html.ts';
import { published, reportOf } from './report/report.ts';
import { RULES, SECTIONS, inSection } from './rules.ts';
import { openSession, unexplained, type Result } from './runner.ts';
import { servicesOf } from './services.ts';
import { TargetFault, readTarget } from './target.ts';

const HELP = `npm run conformance:cas -- --target FILE [--only SECTION] [--out DIR] [--publish NAME]

  --target FILE    description of the server (conformance/cas/README.md; examples in conformance/cas/targets)
  --only SECTION   this section and those below it, such as 2.5, or one rule by its id; may be given more than once
  --out DIR        where report.html and report.json go (default: conformance-report)
  --publish NAME   also keep the results, without what was exchanged, as conformance/cas/results/NAME.json for docs/cas-conformance.md
  --services FILE  only print what has to be registered at the server of that target file, as JSON
  --list           only print the rules

Exit code 1: a MUST does not hold that the target file does not explain. 2: the target file or the server is not usable.`;

/** @returns the exit code */
export async function main(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args,
      options: {
        target: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
        out: { type: 'string', default: 'conformance-report' },
        publish: { type: 'string' },
        services: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.list) return list();
    if (values.services !== undefined) return await printServices(values.services);
    if (values.help || values.target === undefined) {
      console.log(HELP);
      return values.help ? 0 : 2;
    }
    return await run(values.target, values.only, values.out, values.publish);
  } catch (error) {
    const known = error instanceof TargetFault || (error as Error).name === 'Advice' || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    console.error(known ? (error as Error).message : (error as Error).stack);
    return 2;
  }
}

async function run(file: string, only: readonly string[], out: string, publish: string | undefined): Promise<number> {
  const chosen = RULES.filter((rule) => only.length === 0 || only.some((one) => inSection(rule, one)));
  if (chosen.length === 0) throw new TargetFault(`--only: there is no section ${only.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}`);
  const target = readTarget(file, RULES.map(({ id }) => id));
  const session = await openSession(target, (line) => console.error(`  ${line}`));
  const results: Result[] = [];
  try {
    console.error(`${target.name}${session.version === null ? '' : ` ${session.version}`} at ${session.url}: ${chosen.length} rules`);
    for (const rule of chosen) {
      const result = await session.run(rule);
      results.push(result);
      if (result.outcome === 'failed') console.error(`  ✗ ${result.level} ${result.id}: ${result.reason.split('\n', 1)[0]}${result.deviation === null ? '' : ` (known: ${result.deviation})`}`);
    }
  } finally {
    await session.close();
  }
  const report = reportOf(results, { name: target.name, version: session.version, at: new Date(), titles: SECTIONS });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(out, 'report.html'), htmlOf(report));
  if (publish !== undefined) {
    const folder = fileURLToPath(new URL('./results/', import.meta.url));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${publish}.json`), `${JSON.stringify(published(report), null, 2)}\n`);
  }
  for (const { section, title, totals } of report.sections) {
    console.log(`${section.padEnd(14)} ${title.padEnd(38)} ${String(totals.passed).padStart(3)} passed ${String(totals.failed).padStart(3)} failed ${String(totals['not supported']).padStart(3)} not supported ${String(totals.skipped).padStart(3)} skipped`);
  }
  const bad = unexplained(results);
  const { totals } = report;
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals['not supported']} not supported, ${totals.skipped} skipped; ${bad.length} MUST not explained by the target file`);
  console.log(`Reports: ${resolve(out, 'report.html')}, report.json`);
  return bad.length > 0 ? 1 : 0;
}

function list(): number {
  // Whoever reads the first lines alone has closed the rest.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  for (const { id, level, text, needs } of RULES) console.log(`${id.padEnd(40)} ${level.padEnd(8)} ${text}${needs.length === 0 ? '' : ` [${needs.join(', ')}]`}`);
  console.log(`\n${RULES.length} rules`);
  return 0;
}

async function printServices(file: string): Promise<number> {
  const target = readTarget(file, RULES.map(({ id }) => id));
  if (target.listen.port === 0) throw new TargetFault('for a server that is not started by the suite, listen.port of the target file must be a fixed port');
  const applications = await startApplications(target.listen, Date.now());
  try {
    if (target.listen.authority !== null) console.error(`The server has to trust ${join(target.listen.authority, 'certificate.pem')}.`);
    console.log(JSON.stringify(servicesOf(applications).filter(({ needs }) => needs.every((feature) => !(feature in target.notSupported))), null, 2));
  } finally {
    await applications.close();
  }
  return 0;
}
