import { createHash, hkdfSync } from 'node:crypto';
import { seal, unseal, type SealKey } from '@latchkey/oauth';

/** A key at rest was sealed by another key-encryption key than the one we were given. */
export class KeyUnreadable extends Error {
  constructor(readonly kid: string, readonly kekId: string, readonly ours: string) {
    super(
      `The key ${kid} in the database is encrypted by key-encryption key ${kekId}, but this process was given ${ours}. ` +
        'Give every replica the LATCHKEY_KEK (or, without one, the LATCHKEY_COOKIE_KEY) that wrote it.',
    );
    this.name = 'KeyUnreadable';
  }
}

/** Envelope around keys at rest: AES-256-GCM under a key that is not in the database. */
export class KeyEncryption {
  private readonly kek: SealKey;

  constructor(secret: Buffer) {
    const id = createHash('sha256').update('kek id\0').update(secret).digest().subarray(0, 6).toString('base64url');
    this.kek = { id, secret };
  }

  /** The given key, else one derived from the secret that every room of this process has anyway. */
  static from(given: string | undefined, cookieKey: Buffer): KeyEncryption {
    if (given !== undefined) return new KeyEncryption(Buffer.from(given, 'base64url'));
    return new KeyEncryption(Buffer.from(hkdfSync('sha256', cookieKey, '', 'latchkey token-issuer key encryption', 32)));
  }

  get id(): string {
    return this.kek.id;
  }

  wrap(kid: string, plain: Buffer): string {
    return seal(this.kek, 'key-at-rest', kid, plain.toString('base64'));
  }

  /** @throws KeyUnreadable */
  unwrap(kid: string, kekId: string, sealed: string): Buffer {
    const plain = unseal((id) => (id === this.kek.id ? this.kek : undefined), 'key-at-rest', kid, sealed);
    if (plain === null) throw new KeyUnreadable(kid, kekId, this.kek.id);
    return Buffer.from(plain, 'base64');
  }
}
