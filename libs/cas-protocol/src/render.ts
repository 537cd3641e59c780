import { CasError } from './errors.ts';
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
      : element('cas:authenticationSuccess', {}, textElement('user', validation.user) + (options.attributes ? xmlAttributes(validation) : ''));
  return {
    contentType: 'application/xml; charset=utf-8',
    body: element('cas:serviceResponse', { 'xmlns:cas': 'http://www.yale.edu/tp/cas' }, content),
  };
}

function xmlAttributes(success: ValidationSuccess): string {
  const person = personAttributesOf(success).flatMap(([name, values]) => values.map((value) => textElement(elementName(name), value)));
  return element(
    'cas:attributes',
    {},
    textElement('authenticationDate', success.authenticatedAt.toISOString()) +
      textElement('longTermAuthenticationRequestTokenUsed', 'false') +
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
      : { authenticationSuccess: { user: validation.user, ...(options.attributes && { attributes: jsonAttributes(validation) }) } };
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify({ serviceResponse: content }) };
}

function jsonAttributes(success: ValidationSuccess): object {
  return {
    authenticationDate: success.authenticatedAt.toISOString(),
    longTermAuthenticationRequestTokenUsed: false,
    isFromNewLogin: success.fromNewLogin,
    ...Object.fromEntries(personAttributesOf(success).map(([name, values]) => [name, values.length === 1 ? values[0] : values])),
  };
}
