import { OAuthError } from './errors.ts';

export interface Prompt {
  readonly none: boolean;
  readonly login: boolean;
  readonly consent: boolean;
  readonly selectAccount: boolean;
}

const KNOWN: ReadonlySet<string> = new Set(['none', 'login', 'consent', 'select_account']);

/** @see OpenID Connect Core 1.0 §3.1.2.1: "If this parameter contains none with any other value, an error is returned." */
export function parsePrompt(value: string | undefined): Prompt {
  const words = new Set((value ?? '').split(' ').filter((word) => word !== ''));
  for (const word of words) {
    if (!KNOWN.has(word)) throw new OAuthError('invalid_request', 'prompt holds an unknown value');
  }
  if (words.has('none') && words.size > 1) throw new OAuthError('invalid_request', 'prompt=none stands alone');
  return {
    none: words.has('none'),
    login: words.has('login'),
    consent: words.has('consent'),
    selectAccount: words.has('select_account'),
  };
}

/** Seconds, or undefined when not given. */
export function parseMaxAge(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new OAuthError('invalid_request', 'max_age must be a number of seconds');
  return Number(value);
}

export interface Freshness {
  readonly prompt: Prompt;
  readonly maxAge: number | undefined;
  /** When the session last authenticated; all in seconds. */
  readonly authTime: number;
  readonly now: number;
  /** What the person did in answer to this very request. */
  readonly answered: 'sign-in' | 'select' | null;
}

/**
 * Must the person authenticate again? A sign-in in answer to this very request settles it, else a short max_age would ask for
 * ever; the choice of an account settles prompt=select_account and nothing else.
 * max_age=0 is prompt=login in other words, also within the second of the sign-in.
 * @see OpenID Connect Core 1.0 §3.1.2.1 (prompt, max_age), §3.1.2.3
 */
export function mustAuthenticate(state: Freshness): boolean {
  if (state.answered === 'sign-in') return false;
  if (state.prompt.login || (state.prompt.selectAccount && state.answered === null)) return true;
  return state.maxAge !== undefined && (state.maxAge === 0 || state.now - state.authTime > state.maxAge);
}
