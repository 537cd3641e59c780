import type { Context } from './context.ts';

/** MUST also stands for SHALL and REQUIRED, SHOULD for RECOMMENDED (RFC 2119); OPTIONAL is what the protocol leaves to the server. */
export type Level = 'MUST' | 'SHOULD' | 'OPTIONAL';

/** What a server may leave out. A target file names what its server does not have, and why. */
export const FEATURES = {
  registry: 'services are registered; others are refused (non-open mode, §2.2.1)',
  proxy: 'proxy tickets (§2.5.4, §2.6, §2.7)',
  attributes: 'attributes at the /p3 endpoints (§2.8)',
  json: 'format=JSON (§2.5.1)',
  singleLogout: 'single logout over the back channel (§2.3.3)',
  frontChannelLogout: 'single logout through the browser (not in the protocol, known from Apereo CAS)',
  logoutRedirect: 'redirection to a service after logout (§2.3.1)',
  loginTicket: 'a login ticket or another part of the form that is good once (§3.5)',
  warn: 'warn (§2.2.1)',
  postMethod: 'method=POST (§2.1.1)',
  headerMethod: 'method=HEADER (§2.1.1)',
  rememberMe: 'long-term tickets (§4.1)',
  samlValidate: '/samlValidate (§4.2)',
  rest: 'tickets over REST at /v1/tickets (not in the protocol, known from Apereo CAS)',
} as const;
export type Feature = keyof typeof FEATURES;

export interface Rule {
  /** Begins with its section. */
  readonly id: string;
  /** Of CAS Protocol 3.0.3; `hostile` and `REST` are beside it. */
  readonly section: string;
  readonly level: Level;
  readonly text: string;
  readonly needs: readonly Feature[];
  /** Resolves when the rule holds. Whatever a rule forbids is tried beside what it allows, so that a server that refuses everything fails too. */
  run(context: Context): Promise<void>;
}

type Run = Rule['run'];

/** The rules of one section: `rule(id, level, text, run, ...needs)`. */
export function rulesOf(section: string, ...common: Feature[]): { rules: Rule[]; rule: (id: string, level: Level, text: string, run: Run, ...needs: Feature[]) => void } {
  const rules: Rule[] = [];
  return {
    rules,
    rule: (id, level, text, run, ...needs) => void rules.push({ id: `${section} ${id}`, section, level, text, needs: [...common, ...needs], run }),
  };
}

/** A rule that does not hold: says what was expected and what came instead. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** A rule that could not be tried here. */
export class NotTried extends Error {
  override readonly name = 'NotTried';
}

/** @throws Broken */
export function holds(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Broken(otherwise);
}

/** What a rule needs to be tried at all. @throws NotTried */
export function given(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new NotTried(otherwise);
}

/** @throws Broken */
export function same(got: unknown, wanted: unknown, what: string): void {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) throw new Broken(`${what}: expected ${short(wanted)}, got ${short(got)}`);
}

export function short(value: unknown, most = 200): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;
}
