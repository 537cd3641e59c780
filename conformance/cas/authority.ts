import { isIP } from 'node:net';
import { generate } from 'selfsigned';

export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

interface Life {
  readonly from: Date;
  readonly to: Date;
}

const DAY_MS = 86_400_000;

/** A certificate authority of this run alone. The server under test is told to trust it, so that what it refuses it refuses for a reason. */
export class Authority {
  private constructor(
    private readonly own: KeyAndCertificate,
    private readonly now: number,
  ) {}

  static async make(now: number, name = 'CAS conformance'): Promise<Authority> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: `${name} authority` }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: new Date(now - DAY_MS),
      notAfterDate: new Date(now + 30 * DAY_MS),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    return new Authority({ key, certificate: cert }, now);
  }

  get certificate(): string {
    return this.own.certificate;
  }

  sign(host: string, life: Life = { from: new Date(this.now - DAY_MS), to: new Date(this.now + 7 * DAY_MS) }): Promise<KeyAndCertificate> {
    return this.leaf(host, life);
  }

  /** One that was valid last week. */
  expired(host: string): Promise<KeyAndCertificate> {
    return this.leaf(host, { from: new Date(this.now - 9 * DAY_MS), to: new Date(this.now - 2 * DAY_MS) });
  }

  private async leaf(host: string, { from, to }: Life): Promise<KeyAndCertificate> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: from,
      notAfterDate: to,
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: [isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host }] },
      ],
      ca: { key: this.own.key, cert: this.own.certificate },
    });
    return { key, certificate: cert };
  }
}
