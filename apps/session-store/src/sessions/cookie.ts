import { createHmac, randomBytes } from 'node:crypto';

/** 144 bits, public: it names the session in tokens, events and lists and opens nothing. */
export function newSid(): string {
  return randomBytes(18).toString('base64url');
}

/** 256 bits. Leaves this room once, inside the cookie value. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Only the keyed hash is stored (ASVS 11.5.1); readers compare it in constant time. */
export function secretHash(cookieKey: Buffer, secret: string): string {
  return createHmac('sha256', cookieKey).update(secret).digest('base64url');
}
