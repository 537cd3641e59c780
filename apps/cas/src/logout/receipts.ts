import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Clock } from '@latchkey/runtime';

export interface Receipt {
  readonly sid: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The registered service that the person goes on to. */
  readonly service?: string | undefined;
}

const LIFE_MS = 3_600_000;

/** Seals the id of an ended session into the address of the page that tells how its applications are told. */
export class Receipts {
  private readonly key: Buffer;

  constructor(
    formKey: Buffer,
    private readonly clock: Clock,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', formKey, '', 'cas sign-out receipt v1', 32));
  }

  seal(sid: string, service?: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    const receipt: Receipt = { sid, at: this.clock.now(), service };
    const sealed = Buffer.concat([cipher.update(JSON.stringify(receipt), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** null for anything that is not a receipt of the last hour. */
  open(text: string): Receipt | null {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < 29) return null;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAuthTag(bytes.subarray(-16));
      const receipt = JSON.parse(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')) as Receipt;
      return this.clock.now() - receipt.at < LIFE_MS ? receipt : null;
    } catch {
      return null;
    }
  }
}
