import { createHash, randomBytes } from 'node:crypto';
import { isPeriod, periodOf, type Authentication } from '@latchkey/oauth';
import type { Database, HotStore } from '@latchkey/store';

/** What an authorization code stands for. */
export interface CodeFacts extends Authentication {
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly agreedAt: string;
  readonly nonce?: string;
}

/** Whoever redeems a code must know all of it. */
export interface CodeBinding {
  readonly client: string;
  readonly redirectUri: string;
  readonly challenge: string;
}

export interface PresentedCode {
  readonly period: string;
  readonly hash: string;
  readonly binding: string;
}

const FORM = /^[a-z2-7]{2}[A-Za-z0-9_-]{32}$/;

/**
 * Codes that were not used yet. Taken by their binding in one step, so of any number of redemptions one gets it and one that
 * does not match leaves it alone. The store may forget or bring back a code: the unique key of the grant judges.
 */
export class Codes {
  constructor(private readonly options: { hot: HotStore; database: Pick<Database, 'assertReachable'>; tenant: string; lifeMs: number; now: () => number }) {}

  async put(facts: CodeFacts, binding: CodeBinding): Promise<string> {
    await this.options.database.assertReachable();
    const code = periodOf(this.options.now()) + randomBytes(24).toString('base64url');
    const value = `${bindingOf(binding)}\n${JSON.stringify(facts)}`;
    await this.options.hot.put(this.key(this.hashOf(code)), value, { ttlMs: this.options.lifeMs });
    return code;
  }

  /** null: it has not the form of a code of ours. */
  read(code: string, binding: CodeBinding): PresentedCode | null {
    const period = code.slice(0, 2);
    if (!FORM.test(code) || !isPeriod(period)) return null;
    return { period, hash: this.hashOf(code), binding: bindingOf(binding) };
  }

  async take(code: PresentedCode): Promise<CodeFacts | null> {
    const facts = await this.options.hot.takeBound(this.key(code.hash), code.binding);
    return facts === null ? null : (JSON.parse(facts) as CodeFacts);
  }

  private hashOf(code: string): string {
    return createHash('sha256').update(`code\0${this.options.tenant}\0${code}`).digest('base64url');
  }

  private key(hash: string): string {
    return `code:v1:${this.options.tenant}:{${hash}}`;
  }
}

function bindingOf({ client, redirectUri, challenge }: CodeBinding): string {
  return createHash('sha256').update(JSON.stringify([client, redirectUri, challenge])).digest('base64url');
}
