import { isIP } from 'node:net';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** A certificate authority of the suite. The server under test is told to trust it, so that what it refuses it refuses for a reason. */
export class Authority {
  private constructor(
    private readonly own: KeyAndCertificate,
    private readonly now: number,
  ) {}

  /** One that stays the same between runs, for a server that somebody else runs: it is told once. */
  static async kept(folder: string, now: number): Promise<Authority> {
    const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    if (existsSync(keyFile) && existsSync(certificateFile)) {
      const own = { key: readFileSync(keyFile, 'utf8'), certificate: readFileSync(certificateFile, 'utf8') };
      if (Date.parse(new X509Certificate(own.certificate).validTo) > now + 7 * DAY_MS) return new Authority(own, now);
    }
    const made = await Authority.make(now);
    mkdirSync(folder, { recursive: true });
    writeFileSync(keyFile, made.own.key, { mode: 0o600 });
    writeFileSync(certificateFile, made.own.certificate);
    return made;
  }

  static async make(now: number, name = 'CAS conformance'): Promise<Authority> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: `${name} authority` }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: new Date(now - DAY_MS),
      notAfterDate: new Date(now + 365 * DAY_MS),
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
