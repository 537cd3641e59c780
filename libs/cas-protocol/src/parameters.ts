import { CasError } from './errors.ts';

/** Name and value pairs as they stood in the query or form, in order. */
export type Pairs = Iterable<readonly [string, string]>;

export interface LoginParameters {
  readonly service: string | null;
  readonly renew: boolean;
  readonly gateway: boolean;
}

export interface ValidateParameters {
  readonly service: string;
  readonly ticket: string;
  readonly renew: boolean;
  readonly pgtUrl: string | null;
  readonly format: 'XML' | 'JSON';
}

/**
 * @see CAS Protocol 3.0 §2.1.1. `gateway` is ignored when `renew` is set, and when there is no service to go back to.
 * @throws CasError INVALID_REQUEST for a repeated parameter: two readers of one request must not see two services.
 */
export function parseLoginParameters(pairs: Pairs): LoginParameters {
  const read = singles(pairs, ['service', 'renew', 'gateway', 'method']);
  const service = read('service');
  const renew = isSet(read('renew'));
  return { service, renew, gateway: isSet(read('gateway')) && !renew && service !== null };
}

/**
 * @see CAS Protocol 3.0 §2.4.1, §2.5.1
 * @throws CasError INVALID_REQUEST
 */
export function parseValidateParameters(pairs: Pairs): ValidateParameters {
  const read = singles(pairs, ['service', 'ticket', 'renew', 'pgtUrl', 'format']);
  const service = read('service');
  const ticket = read('ticket');
  if (service === null || ticket === null) throw new CasError('INVALID_REQUEST', "The parameters 'service' and 'ticket' are both required");
  return { service, ticket, renew: isSet(read('renew')), pgtUrl: read('pgtUrl'), format: parseFormat(read('format')) };
}

/** The format to answer in, even when the request is refused: JSON only when that is the one thing asked for. */
export function formatOf(pairs: Pairs): 'XML' | 'JSON' {
  const formats = [...pairs].filter(([name]) => name === 'format').map(([, value]) => value.toUpperCase());
  return formats.length > 0 && formats.every((format) => format === 'JSON') ? 'JSON' : 'XML';
}

function parseFormat(format: string | null): 'XML' | 'JSON' {
  const upper = (format ?? 'XML').toUpperCase();
  if (upper === 'XML' || upper === 'JSON') return upper;
  throw new CasError('INVALID_REQUEST', "The parameter 'format' must be XML or JSON");
}

/** A parameter is set by its presence; `false` is what clients send that always send the parameter. */
function isSet(value: string | null): boolean {
  return value !== null && value.toLowerCase() !== 'false';
}

function singles(pairs: Pairs, names: readonly string[]): (name: string) => string | null {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (!names.includes(name)) continue;
    if (values.has(name)) throw new CasError('INVALID_REQUEST', `The parameter '${name}' is given more than once`);
    values.set(name, value);
  }
  return (name) => values.get(name) || null;
}
