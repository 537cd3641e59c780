import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Clock } from '@latchkey/runtime';

/** A visit as the cookie of a protected host carries it. It opens nothing by itself: each use looks whether the session lives. */
export interface SealedVisit {
  readonly sid: string;
  readonly subject: string;
  /** Names the row of the visit. */
  readonly ticket: string;
}

/** Where a visit counts: a cookie of one host, or of one service, is none at another. */
export interface Place {
  readonly origin: string;
  readonly service: string;
}

/** Seals visits into cookies. */
export class VisitSeals {
  private readonly key: Buffer;

  constructor(
    formKey: Buffer,
    private readonly clock: Clock,
    private readonly lifeMs: number,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', formKey, '', 'cas forward-auth visit v1', 32));
  }

  seal({ sid, subject, ticket }: SealedVisit, place: Place): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    cipher.setAAD(boundTo(place));
    const sealed = Buffer.concat([cipher.update(JSON.stringify({ sid, subject, ticket, at: this.clock.now() }), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** null for anything that was not sealed for this place within the life of a visit. */
  open(text: string, place: Place): SealedVisit | null {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < 29) return null;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAAD(boundTo(place));
      decipher.setAuthTag(bytes.subarray(-16));
      const { at, ...visit } = JSON.parse(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')) as SealedVisit & { at: number };
      return this.clock.now() - at < this.lifeMs ? visit : null;
    } catch {
      return null;
    }
  }
}

function boundTo({ origin, service }: Place): Buffer {
  return Buffer.from(`${origin}\n${service}`);
}
