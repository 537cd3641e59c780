import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RULES } from './cas/rules.ts';
import { openSession, type Session } from './cas/runner.ts';
import { readTarget, type Target } from './cas/target.ts';
import type { Fault } from './cas/self-test/small-cas.ts';

const file = fileURLToPath(new URL('./cas/self-test/small-cas.yaml', import.meta.url));
const small = readTarget(file, RULES.map(({ id }) => id));
const withFault = (fault: Fault | null): Target => ({ ...small, start: { script: small.start!.script, options: { fault } } });

/** What must fail for each fault. A rule that cannot fail shows nothing. */
const FAULTS: readonly (readonly [Fault, readonly string[]])[] = [
  ['ticket twice', ['2.4 once', '2.5 once', '2.6 once', '2.6 proxy ticket once', '2.8 once', '2.9 proxy ticket once']],
  ['ticket survives a failure', ['2.4 another service', '2.5 spent by a failure', '2.8 spent by a failure', '2.6 proxy ticket elsewhere']],
  ['any service', ['2.4 another service', '2.5 another service', '2.5 only that service', '2.8 another service']],
  ['open to everyone', ['2.1 unknown service, no session', '2.1 unknown service, session', '2.1 gateway, unknown service', '2.2 unknown service in the post', '2.3 not to a stranger', '2.7 unknown target', 'hostile another host, login, session', 'hostile another scheme, gateway']],
  ['logout does nothing', ['2.3 the session ends', '2.3 the cookie is destroyed', '2.3 a kept cookie is dead', '2.3 a ticket that is on its way', '2.3 to the service', '2.3 not to a stranger']],
  ['logout forgets the session', ['2.3 a kept cookie is dead', '2.7 ends with the session']],
  ['logout follows url', ['2.3 url is ignored', 'hostile other parameters lead nowhere', 'hostile userinfo, logout']],
  ['renew means nothing', ['2.1 renew', '2.1 gateway and renew', '2.4 renew, from a session', '2.5 renew, from a session', '2.6 proxy ticket and renew', '2.8 renew, from a session']],
  ['gateway asks', ['2.1 gateway, no session', '2.1 gateway keeps the query']],
  ['any password', ['2.2 wrong password', '2.2 password of another', '2.2 password in another case', '2.2 empty password', '2.2 case of parameters']],
  ['credentials repeated', ['2.2 the redirect is a GET']],
  ['tickets are counted', ['3.1 not guessable']],
  ['reflects', ['hostile markup, login', 'hostile odd tickets, /serviceValidate', 'hostile odd tickets, /p3/serviceValidate']],
  ['elements out of order', ['2.5 schema of success', '2.6 schema of success', '2.8 schema of success', '2.5.4 schema']],
  ['attributes out of order', ['2.8 schema of attributes', '2.9 schema of attributes']],
  ['single value', ['2.8 attributes', '2.8 several values', '2.8 attributes in JSON', '2.9 attributes by proxy']],
  ['no logout request', ['2.3.3 is told', '2.3.3 every service is told', 'Appendix C root']],
  ['another session index', ['2.3.3 is told', '2.3.3 each visit is told']],
  ['everyone is told', ['2.3.3 nobody else is told']],
  ['http callback', ['2.5.4 http, /serviceValidate', '2.5.4 code of http']],
  ['trusts anyone', ['2.5.4 untrusted, /serviceValidate', '2.5.4 expired, /serviceValidate', '2.5.4 another name, /serviceValidate', '2.5.4 code of untrusted']],
  ['callback of any status', ['2.5.4 answers 404, /serviceValidate', '2.5.4 answers 500, /p3/proxyValidate', '2.5.4 answers 202, /serviceValidate']],
  ['proxies the other way', ['2.6 chain of proxies', '2.9 chain of proxies']],
  ['pgt outlives the session', ['2.7 ends with the session', '2.7 a chain ends with the session']],
  ['proxy ticket as service ticket', ['2.4 proxy ticket', '2.5 proxy ticket', '2.8 proxy ticket']],
  ['cookie lasts', ['3.6 ends with the browser']],
  ['cookie for scripts', ['3.6 not for scripts']],
  ['odd cookie', ['3.6 characters']],
  ['planted cookie stays', ['3.6 new at each sign-in']],
];

describe('the CAS conformance suite passes a server that is right', () => {
  let session: Session;
  beforeAll(async () => {
    session = await openSession(withFault(null), () => undefined);
  });
  afterAll(() => session?.close());

  it.each(RULES.map((rule) => [rule.id, rule] as const))('%s', async (_id, rule) => {
    const { outcome, reason } = await session.run(rule);
    const missing = rule.needs.find((feature) => feature in small.notSupported);
    expect([outcome, outcome === 'passed' || missing !== undefined ? '' : reason]).toEqual([missing === undefined ? 'passed' : 'not supported', '']);
  });

  it('and no two rules have the same id', () => expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length));
});

describe('the CAS conformance suite fails a server that is wrong', () => {
  it.each(FAULTS)('%s', async (fault, ids) => {
    const session = await openSession(withFault(fault), () => undefined);
    try {
      const outcomes = [];
      for (const id of ids) {
        const rule = RULES.find((one) => one.id === id);
        outcomes.push([id, rule === undefined ? 'no such rule' : (await session.run(rule)).outcome]);
      }
      expect(outcomes).toEqual(ids.map((id) => [id, 'failed']));
    } finally {
      await session.close();
    }
  });
});
