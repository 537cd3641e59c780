import { createHmac, randomBytes } from 'node:crypto';

/** 142 bits, public: it names the session in tokens, events and lists and opens nothing. */
export function newSid(): string {
  return randomLetters(24);
}

/** 256 bits. Leaves this room once, inside the cookie value. */
export function newSecret(): string {
  return randomLetters(43);
}

/** Letters and digits alone, so that the cookie can be told apart at its hyphen and holds what CAS lets it hold. @see CAS Protocol 3.0 §3.7 */
function randomLetters(length: number): string {
  let letters = '';
  // 48 bytes are 64 characters without a remainder, each of them uniform; so are those that are kept.
  while (letters.length < length) letters += randomBytes(48).toString('base64url').replace(/[-_]/g, '');
  return letters.slice(0, length);
}

/** Only the keyed hash is stored (ASVS 11.5.1); readers compare it in constant time. */
export function secretHash(cookieKey: Buffer, secret: string): string {
  return createHmac('sha256', cookieKey).update(secret).digest('base64url');
}
