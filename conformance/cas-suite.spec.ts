import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RULES } from './cas/rules.ts';
import { openSession, type Session } from './cas/runner.ts';
import { readTarget, type Target } from './cas/target.ts';
import { Authority } from './cas/authority.ts';
import { openFront } from './cas/tls-front.ts';
import type { Service } from './cas/services.ts';
import { start as startSmallCas, type Fault } from './cas/self-test/small-cas.ts';

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

describe('docs/cas-conformance.md', () => {
  const folder = fileURLToPath(new URL('./cas/results/', import.meta.url));
  it.each(readdirSync(folder))('what is published of %s is of these very rules', (name) => {
    const { sections } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { sections: { rules: { id: string; text: string }[] }[] };
    const published = sections.flatMap(({ rules }) => rules.map(({ id, text }) => `${id}: ${text}`));
    expect(published.sort()).toEqual(RULES.map(({ id, text }) => `${id}: ${text}`).sort());
  });
});

describe('npm run conformance:cas', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'cas-suite-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]): Promise<{ code: number; said: string; out: string }> =>
    new Promise((resolve) => {
      const command = [fileURLToPath(new URL('./cas/run.mjs', import.meta.url)), ...args];
      execFile(process.execPath, command, { env: { PATH: process.env['PATH'], TMPDIR: tmpdir() } }, (error, out, said) => resolve({ code: error === null ? 0 : Number(error.code), said, out }));
    });
  const target = (name: string, more: object): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({ like: file, ...more }));
    return path;
  };
  const faulty = (fault: Fault): object => ({ start: { script: small.start!.script, options: { fault } } });

  it('ends with 0 and two reports when every MUST holds', async () => {
    const out = join(folder, 'good');
    const { code, out: said } = await run('--target', file, '--only', '2.4', '--out', out);
    expect([code, said.includes('11 passed, 0 failed')]).toEqual([0, true]);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as { sections: { section: string; rules: unknown[] }[] };
    expect(report.sections.map(({ section, rules }) => [section, rules.length])).toEqual([['2.4', 11]]);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('a ticket is valid for one attempt');
  });
  it('ends with 1 when one does not, and the report says what was sent and what came back, without passwords', async () => {
    const out = join(folder, 'bad');
    const { code } = await run('--target', target('bad.json', faulty('ticket twice')), '--only', '2.4', '--out', out);
    const text = readFileSync(join(out, 'report.json'), 'utf8');
    const [section] = (JSON.parse(text) as { sections: { rules: { id: string; outcome: string; reason: string; exchanges: { sent: { url: string } }[] }[] }[] }).sections;
    const once = section!.rules.find(({ id }) => id === '2.4 once')!;
    expect([code, once.outcome, once.reason]).toEqual([1, 'failed', String.raw`not no<LF>: "yes\nada\n"`]);
    expect(once.exchanges.at(-1)!.sent.url).toContain('/validate?service=');
    for (const { password } of small.people) for (const form of [password, encodeURIComponent(password), password.replaceAll(' ', '+')]) expect(text).not.toContain(form);
  });
  it('ends with 0 when the target file says why it does not, and the rule is still reported as failed', async () => {
    const more = { ...faulty('ticket twice'), deviations: { '2.4 once': 'known' } };
    const { code, out } = await run('--target', target('known.json', more), '--only', '2.4 once', '--out', join(folder, 'known'));
    expect([code, out.includes('1 failed')]).toEqual([0, true]);
  });
  it.each([
    ['a part that there is not', { notSupported: { nonsense: 'x' } }, 'there is no part nonsense'],
    ['a rule that there is not', { deviations: { '9.9 nothing': 'x' } }, 'there is no rule 9.9 nothing'],
    ['a field that there is not', { adress: 'x' }, 'must NOT have additional properties'],
    ['one person', { people: [{ username: 'ada', password: 'x' }] }, 'must NOT have fewer than 2 items'],
  ])('ends with 2 for a target file with %s', async (_what, more, words) => {
    const { code, said } = await run('--target', target('wrong.json', more));
    expect([code, said.includes(words)]).toEqual([2, true]);
  });
  it('runs against a server that somebody else started, by its URL', async () => {
    const own = await Authority.make(Date.now(), 'Of the server');
    const front = await openFront('localhost', await own.sign('localhost'));
    writeFileSync(join(folder, 'server.pem'), own.certificate);
    const [base, authority] = [20_000 + (process.pid % 12_000), join(folder, 'authority')];
    const elsewhere = target('elsewhere.json', { start: null, url: `${front.origin}/cas`, ca: 'server.pem', listen: { port: base, authority: 'authority' } });
    const { out } = await run('--services', elsewhere);
    const services = JSON.parse(out) as Service[];
    expect(services.map(({ id }) => id)).toEqual(['plain', 'other', 'query', 'proxy', 'second-proxy', 'backend']);
    const server = await startSmallCas({ services, people: small.people, authority: join(authority, 'certificate.pem'), options: {}, front });
    try {
      const { code, out: said } = await run('--target', elsewhere, '--only', '2.5.4', '--only', '2.3.3', '--out', join(folder, 'elsewhere'));
      expect([code, said.includes(' 0 failed, 0 not supported, 0 skipped')]).toEqual([0, true]);
    } finally {
      await server.stop();
      await front.close();
    }
  }, 60_000);
});
