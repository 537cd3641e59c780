import { XMLParser } from 'fast-xml-parser';

/**
 * The client side of CAS 3, by hand: no client on npm is both kept and complete (the README names those looked at), and
 * the whole exchange is one redirect and one request.
 * @see CAS Protocol 3.0 §2.1, §2.5, §2.3.3
 */
export interface CasUser {
  user: string;
  attributes: Record<string, string[]>;
}

export type CasAnswer = { ok: true; user: CasUser } | { ok: false; code: string };

export class CasUnreachable extends Error {}

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
});

export class CasClient {
  readonly #server: string;
  readonly #service: string;

  constructor(server: string, service: string) {
    this.#server = `${server}/cas`;
    this.#service = service;
  }

  loginUrl(): string {
    return this.#url('login', {});
  }

  logoutUrl(): string {
    return this.#url('logout', {});
  }

  async validate(ticket: string): Promise<CasAnswer> {
    let text: string;
    try {
      const response = await fetch(this.#url('p3/serviceValidate', { ticket }), {
        redirect: 'error',
        signal: AbortSignal.timeout(5_000),
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      text = await response.text();
    } catch (cause) {
      throw new CasUnreachable('the CAS server gave no answer', { cause });
    }
    return readAnswer(text);
  }

  #url(path: string, more: Record<string, string>): string {
    return `${this.#server}/${path}?${new URLSearchParams({ service: this.#service, ...more })}`;
  }
}

export function readAnswer(text: string): CasAnswer {
  const answer = field(parse(text), 'serviceResponse');
  const success = field(answer, 'authenticationSuccess');
  const user = field(success, 'user');
  if (typeof user === 'string' && user !== '') return { ok: true, user: { user, attributes: readAttributes(field(success, 'attributes')) } };
  const code = field(field(answer, 'authenticationFailure'), '@code');
  if (typeof code === 'string') return { ok: false, code };
  throw new CasUnreachable('the CAS server gave an answer that is none');
}

/** The ticket of the session to end, undefined when this is no logout request. @see CAS Protocol 3.0 §2.3.3 */
export function readLogoutRequest(text: string): string | undefined {
  try {
    const index = field(field(parse(text), 'LogoutRequest'), 'SessionIndex');
    return typeof index === 'string' && index !== '' ? index : undefined;
  } catch {
    return undefined;
  }
}

/** A document type can define entities; neither message has one. */
function parse(text: string): unknown {
  if (text.includes('<!DOCTYPE')) throw new CasUnreachable('a document type is not expected here');
  return parser.parse(text);
}

function readAttributes(attributes: unknown): Record<string, string[]> {
  if (typeof attributes !== 'object' || attributes === null) return {};
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string'),
    ]),
  );
}

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined;
}
