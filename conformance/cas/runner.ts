import { startApplications, type Applications } from './applications.ts';
import type { Exchange } from './client.ts';
import { Context } from './context.ts';
import { Broken, FEATURES, NotTried, type Rule } from './rule.ts';
import { servicesOf, type Service } from './services.ts';
import { startTarget } from './start-target.ts';
import type { Target } from './target.ts';

/** `not supported`: the target file says that the server leaves this part out. `skipped`: it could not be tried, and why. */
export type Outcome = 'passed' | 'failed' | 'not supported' | 'skipped';

export interface Result {
  readonly id: string;
  readonly section: string;
  readonly level: Rule['level'];
  readonly text: string;
  readonly outcome: Outcome;
  /** Why it failed, was skipped or is not supported. */
  readonly reason: string;
  /** What the target file says of a failure that is known. */
  readonly deviation: string | null;
  /** Of a failure: what was sent and what came back. */
  readonly exchanges: readonly Exchange[];
}

/** A server that is ready to be asked, with the applications of the suite beside it. */
export interface Session {
  readonly url: string;
  readonly version: string | null;
  readonly applications: Applications;
  readonly services: readonly Service[];
  run(rule: Rule): Promise<Result>;
  close(): Promise<void>;
}

export async function openSession(target: Target, log: (line: string) => void): Promise<Session> {
  const applications = await startApplications(target.listen, Date.now());
  try {
    const services = servicesOf(applications).filter(({ needs }) => needs.every((feature) => !(feature in target.notSupported)));
    const started = await startTarget(target, { applications, services, log });
    const certificates = [applications.authority.certificate, ...target.certificates];
    return {
      url: started.url,
      version: started.version ?? target.version,
      applications,
      services,
      run: (rule) => runRule(rule, target, new Context({ target, url: started.url, applications, services, certificates })),
      async close() {
        await started.stop();
        await applications.close();
      },
    };
  } catch (error) {
    await applications.close();
    throw error;
  }
}

async function runRule(rule: Rule, target: Target, context: Context): Promise<Result> {
  const { id, section, level, text } = rule;
  const result = (outcome: Outcome, reason: string): Result => ({
    id,
    section,
    level,
    text,
    outcome,
    reason,
    deviation: outcome === 'failed' ? (target.deviations[id] ?? null) : null,
    exchanges: outcome === 'failed' ? context.exchanges.slice(-6).map((exchange) => withoutSecrets(exchange, target)) : [],
  });
  const missing = rule.needs.find((feature) => feature in target.notSupported);
  if (missing !== undefined) return result('not supported', `${FEATURES[missing]}: ${target.notSupported[missing]}`);
  try {
    await rule.run(context);
    return result('passed', '');
  } catch (error) {
    if (error instanceof NotTried) return result('skipped', error.message);
    if (error instanceof Broken) return result('failed', error.message);
    return result('failed', `the rule could not be carried through: ${(error as Error).stack ?? String(error)}`);
  }
}

/** A report is handed around: passwords are not in it, and long answers are cut. */
function withoutSecrets(exchange: Exchange, { people }: Target): Exchange {
  const clean = (text: string): string => {
    const hidden = people.flatMap(({ password }) => [password, encodeURIComponent(password), new URLSearchParams([['', password]]).toString().slice(1)]).reduce((rest, secret) => rest.replaceAll(secret, '[password]'), text);
    return hidden.length > 4_000 ? `${hidden.slice(0, 4_000)}… (${hidden.length} characters)` : hidden;
  };
  const { sent, came } = exchange;
  return {
    sent: { ...sent, url: clean(sent.url), body: clean(sent.body), headers: Object.fromEntries(Object.entries(sent.headers).map(([name, value]) => [name, clean(value)])) },
    came: 'error' in came ? came : { ...came, body: clean(came.body) },
  };
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly 'not supported': number;
  readonly skipped: number;
}

export function totals(results: readonly Result[]): Totals {
  const count = (outcome: Outcome): number => results.filter((result) => result.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), 'not supported': count('not supported'), skipped: count('skipped') };
}

/** What decides the exit code: a MUST that does not hold, and of which the target file does not already say why. */
export const unexplained = (results: readonly Result[]): Result[] => results.filter(({ outcome, level, deviation }) => outcome === 'failed' && level === 'MUST' && deviation === null);
