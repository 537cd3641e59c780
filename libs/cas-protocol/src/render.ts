import { CasError } from './errors.ts';
import type { ProxyAnswer } from './proxy.ts';
import { personAttributesOf, type Rendered, type Validation, type ValidationSuccess } from './validation.ts';
import { element, elementName, textXml } from './xml.ts';

/** @see CAS Protocol 3.0 §2.4.2, and CAS 1.0 for the name on the second line, which its clients read */
export function renderText(validation: Validation): Rendered {
  const body = validation instanceof CasError ? 'no\n\n' : `yes\n${validation.user.replace(/[\r\n]/g, ' ')}\n`;
  return { contentType: 'text/plain; charset=utf-8', body };
}

/** @see CAS Protocol 3.0 §2.5.2, Appendix A. `attributes` only for /p3, as CAS 2 clients know none. */
export function renderXml(validation: Validation, options: { attributes: boolean }): Rendered {
  const content =
    validation instanceof CasError
      ? element('cas:authenticationFailure', { code: validation.code }, textXml(validation.message))
      : element('cas:authenticationSuccess', {}, textElement('user', validation.user) + (options.attributes ? xmlAttributes(validation) : '') + xmlProxies(validation));
  return serviceResponse(content);
}

/** @see CAS Protocol 3.0 §2.7.2 */
export function renderProxyXml(answer: ProxyAnswer | CasError): Rendered {
  return serviceResponse(
    answer instanceof CasError
      ? element('cas:proxyFailure', { code: answer.code }, textXml(answer.message))
      : element('cas:proxySuccess', {}, textElement('proxyTicket', answer.proxyTicket)),
  );
}

function serviceResponse(content: string): Rendered {
  return {
    contentType: 'application/xml; charset=utf-8',
    body: element('cas:serviceResponse', { 'xmlns:cas': 'http://www.yale.edu/tp/cas' }, content),
  };
}

/** @see CAS Protocol 3.0 §2.5.2, §2.6.2 */
function xmlProxies({ proxyGrantingTicketIou, proxies }: ValidationSuccess): string {
  const granted = proxyGrantingTicketIou === null ? '' : textElement('proxyGrantingTicket', proxyGrantingTicketIou);
  return granted + (proxies.length === 0 ? '' : element('cas:proxies', {}, proxies.map((proxy) => textElement('proxy', proxy)).join('')));
}

function xmlAttributes(success: ValidationSuccess): string {
  const person = personAttributesOf(success).flatMap(([name, values]) => values.map((value) => textElement(elementName(name), value)));
  return element(
    'cas:attributes',
    {},
    textElement('authenticationDate', success.authenticatedAt.toISOString()) +
      textElement('longTermAuthenticationRequestTokenUsed', String(success.longTerm)) +
      textElement('isFromNewLogin', String(success.fromNewLogin)) +
      person.join(''),
  );
}

function textElement(name: string, text: string): string {
  return element(`cas:${name}`, {}, textXml(text));
}

/** @see CAS Protocol 3.0 §2.5.2, §2.5.7: one value is a string, several are a list */
export function renderJson(validation: Validation, options: { attributes: boolean }): Rendered {
  const content =
    validation instanceof CasError
      ? { authenticationFailure: { code: validation.code, description: validation.message } }
      : { authenticationSuccess: { user: validation.user, ...(options.attributes && { attributes: jsonAttributes(validation) }), ...jsonProxies(validation) } };
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify({ serviceResponse: content }) };
}

/** @see CAS Protocol 3.0 §2.7.2, in the form of §2.5.7 */
export function renderProxyJson(answer: ProxyAnswer | CasError): Rendered {
  const content =
    answer instanceof CasError
      ? { proxyFailure: { code: answer.code, description: answer.message } }
      : { proxySuccess: { proxyTicket: answer.proxyTicket } };
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify({ serviceResponse: content }) };
}

function jsonProxies({ proxyGrantingTicketIou, proxies }: ValidationSuccess): object {
  return {
    ...(proxyGrantingTicketIou !== null && { proxyGrantingTicket: proxyGrantingTicketIou }),
    ...(proxies.length > 0 && { proxies }),
  };
}

function jsonAttributes(success: ValidationSuccess): object {
  return {
    authenticationDate: success.authenticatedAt.toISOString(),
    longTermAuthenticationRequestTokenUsed: success.longTerm,
    isFromNewLogin: success.fromNewLogin,
    ...Object.fromEntries(personAttributesOf(success).map(([name, values]) => [name, values.length === 1 ? values[0] : values])),
  };
}
