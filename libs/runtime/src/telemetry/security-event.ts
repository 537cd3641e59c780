export interface Field {
  /** `marked`: written as a short keyed hash, by which equal values can be told, and nothing more. */
  readonly as: 'plain' | 'marked';
  readonly help: string;
}

export type Fields = Readonly<Record<string, Field>>;

export interface SecurityEvent<F extends Fields = Fields> {
  readonly level: 'info' | 'warn';
  readonly by: string;
  readonly help: string;
  readonly fields: F;
}

export const plain = (help: string): Field => ({ as: 'plain', help });
export const marked = (help: string): Field => ({ as: 'marked', help });

export function happens<const F extends Fields>(by: string, help: string, fields: F): SecurityEvent<F> {
  return { level: 'info', by, help, fields };
}

/** Somebody tried what they may not do, or what only a thief or a fault does. */
export function alarms<const F extends Fields>(by: string, help: string, fields: F): SecurityEvent<F> {
  return { level: 'warn', by, help, fields };
}
