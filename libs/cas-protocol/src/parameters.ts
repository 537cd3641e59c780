import { CasError } from './errors.ts';
import { withoutServletSession } from './service-url.ts';

/** Name and value pairs as they stood in the query or form, in order. */
export type Pairs = Iterable<readonly [string, string]>;

/** How the ticket goes to the service: in the address, in a form that is posted, or in headers of our own answer. @see CAS Protocol 3.0 §2.1.1 */
export const LOGIN_METHODS = ['GET', 'POST', 'HEADER'] as const;
export type LoginMethod = (typeof LOGIN_METHODS)[number];

export interface LoginParameters {
  readonly service: string | null;
  readonly renew: boolean;
  readonly gateway: boolean;
  readonly method: LoginMethod;
  /** The service was named by TARGET, as SAML 1.1 clients do, and takes its ticket as SAMLart. */
  readonly saml: boolean;
}

export interface ProxyParameters {
  readonly pgt: string;
  readonly targetService: string;
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
  const read = singles(pairs, ['service', 'TARGET', 'renew', 'gateway', 'method']);
  const [byService, byTarget] = [read('service'), read('TARGET')];
  if (byService !== null && byTarget !== null) throw new CasError('INVALID_REQUEST', "Only one of the parameters 'service' and 'TARGET' can be given");
  const service = named(byService ?? byTarget);
  const renew = isSet(read('renew'));
  return { service, renew, gateway: isSet(read('gateway')) && !renew && service !== null, method: parseMethod(read('method')), saml: byTarget !== null };
}

function parseMethod(method: string | null): LoginMethod {
  const known = LOGIN_METHODS.find((one) => one === (method ?? 'GET').toUpperCase());
  if (known === undefined) throw new CasError('INVALID_REQUEST', `The parameter 'method' must be one of ${LOGIN_METHODS.join(', ')}`);
  return known;
}

/**
 * @see CAS Protocol 3.0 §2.7.1
 * @throws CasError INVALID_REQUEST
 */
export function parseProxyParameters(pairs: Pairs): ProxyParameters {
  const read = singles(pairs, ['pgt', 'targetService', 'format']);
  const [pgt, targetService] = [read('pgt'), named(read('targetService'))];
  if (pgt === null || targetService === null) throw new CasError('INVALID_REQUEST', "The parameters 'pgt' and 'targetService' are both required");
  parseFormat(read('format'));
  return { pgt, targetService };
}

/**
 * @see CAS Protocol 3.0 §2.4.1, §2.5.1
 * @throws CasError INVALID_REQUEST
 */
export function parseValidateParameters(pairs: Pairs): ValidateParameters {
  const read = singles(pairs, ['service', 'ticket', 'renew', 'pgtUrl', 'format']);
  const service = named(read('service'));
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

const named = (service: string | null): string | null => (service === null ? null : withoutServletSession(service));

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
