import { createHash, randomBytes } from 'node:crypto';

/** 256 bits; shown once, of which only the hash is kept. */
export function newClientSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A plain SHA-256 is enough for what is random and long; the 32 characters of a declared secret are its floor. */
export function hashClientSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
