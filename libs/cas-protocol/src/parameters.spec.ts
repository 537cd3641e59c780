import { describe, expect, it } from '@jest/globals';
import { CasError } from './errors.ts';
import { formatOf, parseLoginParameters, parseProxyParameters, parseValidateParameters } from './parameters.ts';
import { parseSamlValidate } from './saml-request.ts';

const login = (query: string) => parseLoginParameters(new URLSearchParams(query));
const validate = (query: string) => parseValidateParameters(new URLSearchParams(query));
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error instanceof CasError ? error.code : error;
  }
  return null;
};

describe('parameters of /login (CAS 3.0 §2.1.1)', () => {
  it('renew wins over gateway', () => expect(login('service=s&renew=true&gateway=true')).toMatchObject({ renew: true, gateway: false }));
  it('gateway without a service asks for credentials', () => expect(login('gateway=true').gateway).toBe(false));
  it('an empty service is no service', () => expect(login('service=').service).toBeNull());
  it('names are case-sensitive', () => expect(login('Service=s&RENEW=1')).toMatchObject({ service: null, renew: false, gateway: false }));
  it('false means not set', () => expect(login('service=s&renew=false&gateway=true')).toMatchObject({ renew: false, gateway: true }));
  it.each(['service', 'renew', 'gateway', 'method'])('refuses %s given twice', (name) =>
    expect(codeOf(() => login(`${name}=a&${name}=a`))).toBe('INVALID_REQUEST'),
  );
});

describe('parameters of the validation endpoints (CAS 3.0 §2.5.1)', () => {
  it.each(['', 'service=s', 'ticket=t', 'service=&ticket=t', 'service=s&ticket='])('service and ticket are required: %j', (query) =>
    expect(codeOf(() => validate(query))).toBe('INVALID_REQUEST'),
  );
  it.each(['service', 'ticket', 'renew', 'pgtUrl', 'format'])('refuses %s given twice', (name) =>
    expect(codeOf(() => validate(`service=s&ticket=t&${name}=a&${name}=b`))).toBe('INVALID_REQUEST'),
  );
  it('format is XML unless JSON is asked for; another one is an error', () => {
    expect(validate('service=s&ticket=t').format).toBe('XML');
    expect(validate('service=s&ticket=t&format=json').format).toBe('JSON');
    expect(codeOf(() => validate('service=s&ticket=t&format=YAML'))).toBe('INVALID_REQUEST');
  });
  it('a refused request is answered in the format it asked for', () => {
    expect(formatOf(new URLSearchParams('format=JSON'))).toBe('JSON');
    expect(formatOf(new URLSearchParams('format=JSON&format=XML'))).toBe('XML');
  });
});

describe('a service is named without the session of a servlet container, at each entrance alike (Jakarta Servlet 5.0 §7.1.3)', () => {
  const NAMED = encodeURIComponent('https://a.example/in;jsessionid=A1?x=1');
  const SERVICE = 'https://a.example/in?x=1';
  const soap = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><p:Request xmlns:p="urn:oasis:names:tc:SAML:1.0:protocol"><p:AssertionArtifact>ST-1</p:AssertionArtifact></p:Request></s:Body></s:Envelope>';

  it.each([
    ['/login', () => login(`service=${NAMED}`).service],
    ['/login of SAML 1.1', () => login(`TARGET=${NAMED}`).service],
    ['validation', () => validate(`service=${NAMED}&ticket=ST-1`).service],
    ['/samlValidate', () => parseSamlValidate(new URLSearchParams(`TARGET=${NAMED}`), soap).service],
    ['/proxy', () => parseProxyParameters(new URLSearchParams(`pgt=PGT-1&targetService=${NAMED}`)).targetService],
  ] as const)('%s', (_name, read) => expect(read()).toBe(SERVICE));
});
