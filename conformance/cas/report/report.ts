import { totals, type Result, type Totals } from '../runner.ts';

/** The report of a run, as JSON. */
export interface Report {
  readonly suite: 'CAS Protocol 3.0.3';
  readonly target: { readonly name: string; readonly version: string | null };
  readonly at: string;
  readonly sections: readonly { readonly section: string; readonly title: string; readonly totals: Totals; readonly rules: readonly Result[] }[];
  readonly totals: Totals;
}

export function reportOf(
  results: readonly Result[],
  { name, version, at, titles }: { name: string; version: string | null; at: Date; titles: Readonly<Record<string, string>> },
): Report {
  const sections = [...new Set(results.map(({ section }) => section))].sort((one, other) => order(titles, one) - order(titles, other));
  return {
    suite: 'CAS Protocol 3.0.3',
    target: { name, version },
    at: at.toISOString(),
    totals: totals(results),
    sections: sections.map((section) => {
      const rules = results.filter((result) => result.section === section);
      return { section, title: titles[section] ?? section, totals: totals(rules), rules };
    }),
  };
}

const order = (titles: Readonly<Record<string, string>>, section: string): number => Object.keys(titles).indexOf(section);

/** The same without what was exchanged, and without what differs from run to run: what is kept beside the code and published. */
export function published(report: Report): object {
  const { suite, target, sections } = report;
  return {
    suite,
    target,
    at: report.at.slice(0, 10),
    totals: report.totals,
    sections: sections.map(({ section, title, rules }) => ({
      section,
      title,
      rules: rules.map(({ id, level, text, outcome, reason }) => ({
        id,
        level,
        text,
        outcome,
        ...(reason === '' ? {} : { reason: anyRun(reason) }),
      })),
    })),
  };
}

/** Ports and tickets are others in each run. */
const anyRun = (reason: string): string =>
  reason
    .split('\n', 1)[0]!
    .replace(/(localhost):\d+/gi, '$1')
    .replace(/\b(ST|PT|PGT|PGTIOU|TGT|LT)-[A-Za-z0-9._-]{8,}/g, '$1-…')
    .slice(0, 600);
