import type { Page } from './client.ts';
import { Broken, short } from './rule.ts';
import { child, parseXml, type Element } from './xml.ts';

export const CAS_NAMESPACE = 'http://www.yale.edu/tp/cas';

/** What a validation endpoint or /proxy answered, from XML or JSON alike. */
export interface ServiceResponse {
  readonly page: Page;
  readonly outcome: 'authenticationSuccess' | 'authenticationFailure' | 'proxySuccess' | 'proxyFailure';
  readonly user: string | null;
  readonly code: string | null;
  readonly description: string;
  readonly attributes: ReadonlyMap<string, readonly string[]> | null;
  readonly pgtIou: string | null;
  readonly proxies: readonly string[] | null;
  readonly proxyTicket: string | null;
}

const OUTCOMES = ['authenticationSuccess', 'authenticationFailure', 'proxySuccess', 'proxyFailure'] as const;

/** @throws Broken when it is no answer of §2.5.2, §2.6.2 or §2.7.2 */
export function readXml(page: Page): ServiceResponse {
  const root = documentOf(page);
  if (root.local !== 'serviceResponse' || root.uri !== CAS_NAMESPACE) {
    throw new Broken(`the answer is no serviceResponse in ${CAS_NAMESPACE} but {${root.uri}}${root.local}`);
  }
  const found = OUTCOMES.map((name) => child(root, name, CAS_NAMESPACE)).find((one) => one !== null);
  if (found === undefined || found === null) throw new Broken(`the serviceResponse holds none of ${OUTCOMES.join(', ')}: ${short(page.body)}`);
  const text = (name: string): string | null => child(found, name)?.text.trim() ?? null;
  const attributes = child(found, 'attributes');
  const proxies = child(found, 'proxies');
  return {
    page,
    outcome: found.local as ServiceResponse['outcome'],
    user: text('user'),
    code: found.attributes.get('code') ?? null,
    description: found.local.endsWith('Failure') ? found.text.trim() : '',
    attributes: attributes === null ? null : grouped(attributes.children),
    pgtIou: text('proxyGrantingTicket'),
    proxies: proxies === null ? null : proxies.children.map((one) => one.text.trim()),
    proxyTicket: text('proxyTicket'),
  };
}

/** @throws Broken when it is no JSON answer of §2.5.2 */
export function readJson(page: Page): ServiceResponse {
  let body: unknown;
  try {
    body = JSON.parse(page.body);
  } catch {
    throw new Broken(`the answer to format=JSON is not JSON: ${short(page.body)}`);
  }
  const response = field(body, 'serviceResponse');
  const outcome = OUTCOMES.find((name) => field(response, name) !== undefined && field(response, name) !== null);
  if (outcome === undefined) throw new Broken(`the serviceResponse holds none of ${OUTCOMES.join(', ')}: ${short(page.body)}`);
  const content = field(response, outcome);
  const text = (name: string): string | null => {
    const value = field(content, name);
    return typeof value === 'string' ? value : null;
  };
  const attributes = field(content, 'attributes');
  const proxies = field(content, 'proxies');
  return {
    page,
    outcome,
    user: text('user'),
    code: text('code'),
    description: text('description') ?? '',
    attributes: typeof attributes === 'object' && attributes !== null ? new Map(Object.entries(attributes).map(([name, value]) => [name, listed(value)])) : null,
    pgtIou: text('proxyGrantingTicket'),
    proxies: Array.isArray(proxies) ? proxies.map(String) : null,
    proxyTicket: text('proxyTicket'),
  };
}

/** @throws Broken */
export function documentOf(page: Page): Element {
  try {
    return parseXml(page.body);
  } catch (error) {
    throw new Broken(`the answer (${page.status}) is not well-formed XML: ${(error as Error).message.trim()}: ${short(page.body)}`);
  }
}

function grouped(elements: readonly Element[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const { local, text } of elements) values.set(local, [...(values.get(local) ?? []), text.trim()]);
  return values;
}

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);
const field = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined);
