/**
 * How much a remark matters. `closed`: a condition for getting in has no counterpart, so the service is written disabled. `lost`: has
 * no counterpart. `changed`: was converted to something that is not quite the same. `same`: says what holds here anyway.
 */
export type Weight = 'closed' | 'lost' | 'changed' | 'same';

export interface Remark {
  readonly weight: Weight;
  /** As in the definition: `accessStrategy.requiredAttributes`. */
  readonly field: string;
  readonly value: string;
  readonly why: string;
  readonly todo: string;
}

/** What the conversion of one definition has to say. */
export class Remarks {
  readonly all: Remark[] = [];

  add(weight: Weight, field: string, value: unknown, why: string, todo = ''): void {
    this.all.push({ weight, field, value: SECRET.test(field) && typeof value !== 'boolean' ? '(not shown)' : shown(value), why, todo });
  }

  get closed(): boolean {
    return this.all.some(({ weight }) => weight === 'closed');
  }
}

/** The whole definition has no counterpart: there is nothing to write. */
export class Untranslatable extends Error {
  constructor(
    readonly field: string,
    readonly value: string,
    readonly why: string,
    readonly todo: string,
  ) {
    super(`${field}: ${why}`);
    this.name = 'Untranslatable';
  }
}

const SECRET = /(?:secret|salt|password|key)$/i;
const LONGEST = 160;

export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, plain);
  const line = (text ?? '').replace(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function plain(key: string, value: unknown): unknown {
  if (key !== '' && SECRET.test(key)) return '(not shown)';
  if (value instanceof Map) return Object.fromEntries(value) as unknown;
  return typeof value === 'bigint' ? value.toString() : value;
}
