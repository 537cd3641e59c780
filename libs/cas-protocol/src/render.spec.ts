import { describe, expect, it } from '@jest/globals';
import { SaxesParser } from 'saxes';
import { CasError } from './errors.ts';
import { logoutRequestForm, logoutRequestXml } from './logout-request.ts';
import { renderSaml } from './render-saml.ts';
import { renderJson, renderProxyJson, renderProxyXml, renderText, renderXml } from './render.ts';
import type { ValidationSuccess } from './validation.ts';
import { elementName } from './xml.ts';

const success = (attributes: Record<string, string[]>, user = 'ada', over: Partial<ValidationSuccess> = {}): ValidationSuccess => ({
  user,
  authenticatedAt: new Date(Date.UTC(2026, 10, 24, 8)),
  fromNewLogin: true,
  longTerm: false,
  attributes: new Map(Object.entries(attributes)),
  proxies: [],
  proxyGrantingTicketIou: null,
  ...over,
});
/** Elements in order, each with its text: read by a strict, namespace-aware parser. */
function readXml(xml: string): { name: string; text: string; attributes: Record<string, string> }[] {
  const parser = new SaxesParser({ xmlns: true });
  const elements: ReturnType<typeof readXml> = [];
  const open: ReturnType<typeof readXml> = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const attributes = Object.fromEntries(Object.values(tag.attributes).map((attribute) => [attribute.name, attribute.value]));
    const element = { name: tag.name, text: '', attributes };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (text) => void (open.at(-1)!.text += text));
  parser.on('cdata', () => {
    throw new Error('a value became a CDATA section');
  });
  parser.on('comment', () => {
    throw new Error('a value became a comment');
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return elements;
}
const textsOf = (attributes: Record<string, string[]>, user?: string) =>
  readXml(renderXml(success(attributes, user), { attributes: true }).body)
    .slice(2)
    .filter((element) => element.name !== 'cas:attributes')
    .map((element) => [element.name, element.text]);

describe('CAS 1.0 answer (§2.4.2)', () => {
  it('is yes and the name, or no', () => {
    expect(renderText(success({})).body).toBe('yes\nada\n');
    expect(renderText(new CasError('INVALID_TICKET', 'x')).body).toBe('no\n\n');
  });
  it('a line break in a name makes no third line', () => expect(renderText(success({}, 'a\nno\n')).body).toBe('yes\na no \n'));
});

describe('XML answer (CAS 3.0 §2.5.2, Appendix A)', () => {
  it('CAS 2 carries the user alone', () =>
    expect(renderXml(success({ email: ['a@b'] }), { attributes: false }).body).toBe(
      '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess><cas:user>ada</cas:user></cas:authenticationSuccess></cas:serviceResponse>',
    ));
  it('CAS 3 gives the three attributes of the protocol first, then those of the person, one element a value', () => {
    expect(textsOf({ email: ['a@b'], affiliation: ['staff', 'faculty'] })).toEqual([
      ['cas:user', 'ada'],
      ['cas:authenticationDate', '2026-11-24T08:00:00.000Z'],
      ['cas:longTermAuthenticationRequestTokenUsed', 'false'],
      ['cas:isFromNewLogin', 'true'],
      ['cas:email', 'a@b'],
      ['cas:affiliation', 'staff'],
      ['cas:affiliation', 'faculty'],
    ]);
  });
  it('an attribute of a person never stands for one of the protocol', () =>
    expect(textsOf({ isFromNewLogin: ['false'], authenticationDate: ['x'] })).toEqual(textsOf({})));

  const hostile = ['</cas:user><cas:user>root', '<!-- ', ']]>', '&lt;', '&amp;#x41;', '"\'', 'é漢\u{1F600}', ' a  b\r\n\tc ', '<![CDATA[x]]>'];
  it.each(hostile)('a value never becomes markup: %j', (value) => {
    const texts = textsOf({ note: [value] }, value);
    expect(texts).toHaveLength(5);
    expect([texts[0], texts[4]]).toEqual([
      ['cas:user', value],
      ['cas:note', value],
    ]);
  });
  it('every character of the first plane makes a well-formed document (XML 1.0 §2.2)', () => {
    for (let from = 0; from <= 0xffff; from += 0x400) {
      const text = Array.from({ length: 0x400 }, (_, i) => String.fromCharCode(from + i)).join('x');
      expect(() => textsOf({ note: [text] }, text)).not.toThrow();
    }
  });
  it('what XML cannot hold is replaced, never dropped', () => {
    const { body } = renderXml(success({}, 'a\u0001d\ud800min'), { attributes: false });
    expect(body).toContain('a\ufffdd\ufffdmin');
  });
  it('names that are no NCName are escaped so that two names never meet (Namespaces in XML §3)', () => {
    const names = ['email', 'urn:oid:1.2', 'urn_x003A_oid:1.2', 'urn_x003a_oid_1.2', '1st', '-a', '.a', 'a b', 'a/b', 'é', '\u{1F600}', '_', '_x', '_x003A_', 'a:b', 'xmlns', '<x>', 'a\u0000b'];
    const escaped = names.map(elementName);
    expect(new Set(escaped).size).toBe(names.length);
    for (const name of escaped) expect(() => readXml(`<cas:${name} xmlns:cas="x"/>`)).not.toThrow();
    expect(elementName('urn:oid:1.2')).toBe('urn_x003A_oid_x003A_1.2');
  });
  it('a failure has its code and says what happened', () =>
    expect(renderXml(new CasError('INVALID_TICKET', 'Ticket <x> not recognized'), { attributes: true }).body).toBe(
      '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationFailure code="INVALID_TICKET">Ticket &lt;x&gt; not recognized</cas:authenticationFailure></cas:serviceResponse>',
    ));
});

describe('JSON answer (CAS 3.0 §2.5.2, §2.5.7)', () => {
  it('has the same facts under the same names', () => {
    expect(JSON.parse(renderJson(success({ email: ['a@b'], affiliation: ['staff', 'faculty'], 'urn:x': ['y'] }), { attributes: true }).body)).toEqual({
      serviceResponse: {
        authenticationSuccess: {
          user: 'ada',
          attributes: {
            authenticationDate: '2026-11-24T08:00:00.000Z',
            longTermAuthenticationRequestTokenUsed: false,
            isFromNewLogin: true,
            email: 'a@b',
            affiliation: ['staff', 'faculty'],
            'urn:x': 'y',
          },
        },
      },
    });
  });
  it('a failure too', () =>
    expect(JSON.parse(renderJson(new CasError('INVALID_SERVICE', 'no'), { attributes: true }).body)).toEqual({
      serviceResponse: { authenticationFailure: { code: 'INVALID_SERVICE', description: 'no' } },
    }));
});

describe('logout request (CAS 3.0 §2.3.3, Appendix C)', () => {
  const request = { id: 'LR-1', issuedAt: new Date(0), user: 'a<b', ticket: 'ST-ABC' };
  it('names the ticket as session index', () => {
    const [root, nameId, sessionIndex] = readXml(logoutRequestXml(request));
    expect(root).toMatchObject({ name: 'samlp:LogoutRequest', attributes: { ID: 'LR-1', Version: '2.0', IssueInstant: '1970-01-01T00:00:00.000Z' } });
    expect([nameId, sessionIndex]).toMatchObject([
      { name: 'saml:NameID', text: 'a<b' },
      { name: 'samlp:SessionIndex', text: 'ST-ABC' },
    ]);
  });
  it('travels as one form parameter', () => {
    expect(new URLSearchParams(logoutRequestForm(request)).get('logoutRequest')).toBe(logoutRequestXml(request));
    expect(logoutRequestForm(request)).not.toContain('+');
  });
});

describe('what a proxy is told, and who is told of it (CAS 3.0 §2.5.4, §2.6.2, §2.7.2)', () => {
  const proxied = success({}, 'ada', { proxies: ['https://last.example/pgt?a&b', 'https://first.example/pgt'], proxyGrantingTicketIou: 'PGTIOU-1' });
  it('the name of the ticket, then the proxies, the last one first, after the attributes (Appendix A)', () => {
    const names = readXml(renderXml(proxied, { attributes: true }).body).map(({ name, text }) => [name, text]);
    expect(names.slice(-4)).toEqual([
      ['cas:proxyGrantingTicket', 'PGTIOU-1'],
      ['cas:proxies', ''],
      ['cas:proxy', 'https://last.example/pgt?a&b'],
      ['cas:proxy', 'https://first.example/pgt'],
    ]);
    expect(JSON.parse(renderJson(proxied, { attributes: false }).body)).toEqual({
      serviceResponse: { authenticationSuccess: { user: 'ada', proxyGrantingTicket: 'PGTIOU-1', proxies: proxied.proxies } },
    });
  });
  it('a proxy ticket, or why there is none', () => {
    expect(readXml(renderProxyXml({ proxyTicket: 'PT-1' }).body).map(({ name, text }) => [name, text])).toEqual([
      ['cas:serviceResponse', ''],
      ['cas:proxySuccess', ''],
      ['cas:proxyTicket', 'PT-1'],
    ]);
    const refused = new CasError('UNAUTHORIZED_SERVICE', 'no <i>');
    expect(readXml(renderProxyXml(refused).body).at(-1)).toEqual({ name: 'cas:proxyFailure', text: 'no <i>', attributes: { code: 'UNAUTHORIZED_SERVICE' } });
    expect(JSON.parse(renderProxyJson(refused).body)).toEqual({ serviceResponse: { proxyFailure: { code: 'UNAUTHORIZED_SERVICE', description: 'no <i>' } } });
  });
});

describe('SAML 1.1 answer (CAS 3.0 §4.2)', () => {
  const context = { issuer: 'https://login.example', ids: ['_r', '_a'], now: new Date(0), service: 'https://shop.example/?a&b', requestId: '"><x' } as const;
  it('a value never becomes markup', () => {
    const elements = readXml(renderSaml(success({ 'na"me': ['<b>', '&amp;'] }, '</x>'), context).body);
    expect(elements.filter(({ name }) => name === 'saml1:NameIdentifier').map(({ text }) => text)).toEqual(['</x>', '</x>']);
    expect(elements.filter(({ name }) => name === 'saml1:AttributeValue').map(({ text }) => text).slice(-2)).toEqual(['<b>', '&amp;']);
    expect(elements.find(({ name }) => name === 'saml1p:Response')!.attributes).toMatchObject({ InResponseTo: '"><x', Recipient: 'https://shop.example/?a&b' });
  });
  it('a refusal holds no assertion', () => {
    const elements = readXml(renderSaml(new CasError('INVALID_TICKET', 'no'), context).body);
    expect(elements.map(({ name }) => name).filter((name) => name.startsWith('saml1:'))).toEqual([]);
  });
});
