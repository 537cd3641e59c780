import type { ServiceEntry } from '@latchkey/contracts';
import { casUser, releasedAttributes } from '../validate/release.ts';
import type { Visitor } from '../visits/visits.ts';

export type Headers = Readonly<Record<string, string>>;

const ATTRIBUTE = 'X-Latchkey-Attribute-';

/**
 * Who it is, for the application behind the proxy: what the entry of the service names, and no more. The four that every answer
 * has are there also when they are empty, so that a proxy replaces with them what a client sent.
 * @throws CasError for a person whom this service cannot name
 */
export function identityHeaders(service: ServiceEntry, visitor: Visitor, agreed: ReadonlySet<string> | null): Headers {
  const attributes = releasedAttributes(service, visitor, agreed);
  const [email = ''] = attributes.get('email') ?? attributes.get('mail') ?? [];
  const [name = ''] = attributes.get('name') ?? [];
  return {
    'Remote-User': listed([casUser(service, visitor, agreed)]),
    'Remote-Name': text(name),
    'Remote-Email': listed([email]),
    'Remote-Groups': listed(attributes.get('groups') ?? []),
    ...attributeHeaders(attributes),
  };
}

/** Names that would meet in one header are left out, all of them: nobody could tell the one from the other. */
function attributeHeaders(attributes: ReadonlyMap<string, readonly string[]>): Headers {
  const named = [...attributes].map(([name, values]) => [ATTRIBUTE + name.replace(/[^A-Za-z0-9]/g, '-'), values] as const);
  const uses = new Map<string, number>();
  for (const [header] of named) uses.set(header.toLowerCase(), (uses.get(header.toLowerCase()) ?? 0) + 1);
  return Object.fromEntries(named.flatMap(([header, values]) => (uses.get(header.toLowerCase()) === 1 ? [[header, listed(values)]] : [])));
}

/** Values between commas; a comma within one is encoded. */
function listed(values: readonly string[]): string {
  return values.map((value) => text(value).replaceAll(',', '%2C')).join(',');
}

/**
 * What cannot stand in a header as it is, and the percent sign, as the percent-encoded bytes of its UTF-8: decoding once gives
 * the value back, and two values never become one. @see RFC 9110 §5.5
 */
function text(value: string): string {
  return value.replace(/[^\x20-\x24\x26-\x7e]|^ +| +$/gu, (odd) =>
    [...Buffer.from(odd, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
