import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256-GCM. `id` is 8 characters of base64url (6 bytes) and travels in front of what it sealed. */
export interface SealKey {
  readonly id: string;
  readonly secret: Buffer;
}

export interface SealRing {
  /** Seals from now on. */
  readonly current: SealKey;
  readonly find: (id: string) => SealKey | undefined;
}

const ID_BYTES = 6;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `purpose` keeps one kind of sealed value from passing as another; `context` binds it to what it belongs to. */
export function seal(key: SealKey, purpose: string, context: string, plain: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.secret, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound(purpose, context));
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id, 'base64url'), iv, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** null for whatever was not sealed by us, for this purpose, in this context. */
export function unseal(find: SealRing['find'], purpose: string, context: string, sealed: string): string | null {
  if (!/^[A-Za-z0-9_-]+$/.test(sealed)) return null;
  const bytes = Buffer.from(sealed, 'base64url');
  // Spare bits in the last character would give one value two spellings.
  if (bytes.length < ID_BYTES + IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return null;
  const key = find(bytes.subarray(0, ID_BYTES).toString('base64url'));
  if (key === undefined) return null;
  const iv = bytes.subarray(ID_BYTES, ID_BYTES + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key.secret, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound(purpose, context));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    const body = bytes.subarray(ID_BYTES + IV_BYTES, bytes.length - TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

export function newSealKey(): SealKey {
  return { id: randomBytes(ID_BYTES).toString('base64url'), secret: randomBytes(32) };
}

function bound(purpose: string, context: string): Buffer {
  return Buffer.from(`${purpose}\0${context}`, 'utf8');
}
