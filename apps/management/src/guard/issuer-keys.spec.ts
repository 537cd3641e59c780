import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Peers } from '@latchkey/peers';
import { IssuerKeys } from './issuer-keys.ts';

const jwk = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' };

/** The issuer as its peers see it: answers, fails, or hangs. */
class Issuer {
  keys: object[] = [jwk];
  asked = 0;
  away: 'no' | 'fails' | 'hangs' = 'no';

  readonly peers = {
    to: () => ({
      publicKeys: async () => {
        this.asked += 1;
        if (this.away === 'fails') throw new Error('away');
        if (this.away === 'hangs') await new Promise(() => undefined);
        return { keys: this.keys };
      },
    }),
  } as unknown as Peers;
}

describe('the keys of the token issuer', () => {
  let now: number;
  let issuer: Issuer;
  let keys: IssuerKeys;
  beforeEach(() => {
    now = 0;
    issuer = new Issuer();
    keys = new IssuerKeys(issuer.peers, 'default', { now: () => now } as never);
  });
  const find = async () => (await keys.find('k1', 'ES256')) !== null;

  it('a dropped key is out of use within 30 s while the issuer can be asked', async () => {
    expect(await find()).toBe(true);
    issuer.keys = [];
    now = 30_001;
    expect(await find()).toBe(false);
  });

  it.each(['fails', 'hangs'] as const)('an issuer that %s takes the admin API with it only after ten minutes', async (away) => {
    expect(await find()).toBe(true);
    issuer.away = away;
    for (now = 31_000; now < 600_000; now += 1_000) expect(await find()).toBe(true);
    if (away === 'hangs') return expect(issuer.asked).toBe(2);
    now = 600_001;
    await expect(find()).rejects.toThrow('away');
    issuer.away = 'no';
    now += 2_001;
    expect(await find()).toBe(true);
  }, 60_000);

  it('an issuer that is away is not asked once a request', async () => {
    expect(await find()).toBe(true);
    issuer.away = 'fails';
    now = 31_000;
    for (let n = 0; n < 100; n += 1) await find();
    expect(issuer.asked).toBe(2);
  });

  it('made-up key ids do not ask more often than every 2 s', async () => {
    for (let n = 0; n < 100; n += 1) expect(await keys.find(`k${n + 2}`, 'ES256')).toBeNull();
    expect(issuer.asked).toBe(1);
    now = 2_001;
    await keys.find('k9', 'ES256');
    expect(issuer.asked).toBe(2);
  });

  it('one key, one algorithm (RFC 8725 §3.1)', async () => {
    expect(await keys.find('k1', 'RS256')).toBeNull();
  });
});
