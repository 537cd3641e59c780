import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify, type Options } from '@node-rs/argon2';
import { normalized } from '../people/canonical.ts';
import type { HashGate } from './hash-gate.ts';

/** Argon2id. @see OWASP Password Storage Cheat Sheet; ASVS 11.4.2 */
export const ARGON2: Required<Pick<Options, 'memoryCost' | 'timeCost' | 'parallelism'>> = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Stands for the hash of somebody who does not exist: checking it takes as long and never succeeds. */
export class PasswordHasher {
  private dummy: Promise<string> | null = null;

  constructor(
    private readonly gate: HashGate,
    private readonly options = ARGON2,
  ) {}

  /** Makes the dummy hash ahead of the first unknown name, which would otherwise take twice as long as a known one. */
  async prepare(): Promise<void> {
    await this.dummyHash();
  }

  hash(password: string): Promise<string> {
    return this.gate.run(() => hash(normalized(password), this.options));
  }

  /** null: nobody has this hash, and the same work is done. A hash that cannot be read matches nothing. */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const against = stored ?? (await this.dummyHash());
    const matches = await this.gate.run(() => verify(against, normalized(password)).catch(() => false));
    return matches && stored !== null;
  }

  /** The stored hash was made with less than what is asked for today. */
  isWeak(stored: string): boolean {
    const made = parseOptions(stored);
    return made.memoryCost < this.options.memoryCost || made.timeCost < this.options.timeCost;
  }

  private dummyHash(): Promise<string> {
    this.dummy ??= hash(randomBytes(32), this.options);
    return this.dummy;
  }
}
