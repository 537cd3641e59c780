import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ServiceCredentials, configuredServiceKeys, embeddedServiceKeys } from '@latchkey/peers';
import type { FastifyReply, FastifyRequest } from 'fastify';
import jwt from 'jsonwebtoken';
import { serviceGuard } from './service-guard.ts';

describe('only other rooms get in (design §4, service credential)', () => {
  const keys = embeddedServiceKeys(['cas', 'consent']);
  const now = (): number => Date.now();
  const guard = serviceGuard(keys.get('cas')!, now);
  const enter = (authorization?: string): Promise<void> => guard({ headers: { authorization } } as unknown as FastifyRequest, {} as FastifyReply);
  const sign = (claims: object, options: jwt.SignOptions = {}, key = keys.get('consent')!.privateKey): string =>
    jwt.sign({ exp: Math.floor(now() / 1000) + 60, ...claims }, key, { algorithm: 'ES256', issuer: 'consent', audience: 'latchkey:cas', ...options });

  it('a room’s own token opens, again and again', async () => {
    const token = new ServiceCredentials(keys.get('consent')!, now).for('cas');
    await enter(`Bearer ${token}`);
    await enter(`Bearer ${token}`);
  });
  it('a token found good is checked again once its exp has passed', async () => {
    let at = Date.now();
    const own = serviceGuard(keys.get('cas')!, () => at);
    const token = sign({ exp: Math.floor(at / 1000) + 1 });
    const request = { headers: { authorization: `Bearer ${token}` } } as unknown as FastifyRequest;
    await own(request, {} as FastifyReply);
    at += 2_000;
    while (Date.now() < Math.floor(at / 1000) * 1000) await new Promise((resolve) => setImmediate(resolve));
    await expect(own(request, {} as FastifyReply)).rejects.toMatchObject({ status: 401 });
  });

  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  it.each([
    ['no token', undefined],
    ['no bearer', 'Basic abc'],
    ['a token for another room', `Bearer ${sign({}, { audience: 'latchkey:management' })}`],
    ['a token by a stranger’s key', `Bearer ${sign({}, {}, stranger)}`],
    ['a token that names another room as its issuer', `Bearer ${sign({}, { issuer: 'cas' })}`],
    ['an unknown issuer', `Bearer ${sign({}, { issuer: 'nobody' })}`],
    ['a token past its exp', `Bearer ${sign({ exp: Math.floor(Date.now() / 1000) - 30 })}`],
    ['another algorithm', `Bearer ${jwt.sign({ exp: Math.floor(Date.now() / 1000) + 60 }, rsa, { algorithm: 'RS256', issuer: 'consent', audience: 'latchkey:cas' })}`],
    ['no signature', `Bearer ${jwt.sign({}, '', { algorithm: 'none', issuer: 'consent', audience: 'latchkey:cas' })}`],
    ['garbage', 'Bearer a.b.c'],
  ])('%s is refused with 401', async (_what, authorization) => {
    await expect(enter(authorization)).rejects.toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  });

  describe('a room changes its key without an outage', () => {
    const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const [cas, before, after] = [pair(), pair(), pair()];
    const asker = (privatePem: string): string => `Bearer ${new ServiceCredentials(configuredServiceKeys('consent', privatePem, {}), now).for('cas')}`;
    const guardThatKnows = (...pems: string[]) => {
      const inner = serviceGuard(configuredServiceKeys('cas', cas.privateKey, { consent: pems.length === 1 ? pems[0]! : pems }), now);
      return (authorization: string) => inner({ headers: { authorization } } as unknown as FastifyRequest, {} as FastifyReply);
    };

    it('while both are configured, whichever is signed with opens', async () => {
      const during = guardThatKnows(before.publicKey, after.publicKey);
      await during(asker(before.privateKey));
      await during(asker(after.privateKey));
    });
    it('before, the new one does not; after, the old one does not', async () => {
      await expect(guardThatKnows(before.publicKey)(asker(after.privateKey))).rejects.toMatchObject({ status: 401 });
      await expect(guardThatKnows(after.publicKey)(asker(before.privateKey))).rejects.toMatchObject({ status: 401 });
    });
    it('a key does not open in another’s name', async () => {
      const signed = jwt.sign({}, before.privateKey, { algorithm: 'ES256', issuer: 'consent', audience: 'latchkey:cas', expiresIn: 60, keyid: 'of somebody else' });
      await expect(guardThatKnows(before.publicKey, after.publicKey)(`Bearer ${signed}`)).rejects.toMatchObject({ status: 401 });
    });
    it('a token that names no key is held to the first, as those of version 0.1 are', async () => {
      const signed = `Bearer ${jwt.sign({}, before.privateKey, { algorithm: 'ES256', issuer: 'consent', audience: 'latchkey:cas', expiresIn: 60 })}`;
      await guardThatKnows(before.publicKey, after.publicKey)(signed);
      await expect(guardThatKnows(after.publicKey, before.publicKey)(signed)).rejects.toMatchObject({ status: 401 });
    });
  });
});
