import { CAS_NAMESPACE } from './service-response.ts';
import type { Element } from './xml.ts';

/**
 * The XML schema of Appendix A as checks: what a schema validator would say of an answer, in words.
 *
 * @see CAS Protocol 3.0.3 Appendix A
 */
export function schemaFaults(root: Element): string[] {
  if (root.local !== 'serviceResponse' || root.uri !== CAS_NAMESPACE) return [`the root is {${root.uri}}${root.local}`];
  const [only, ...others] = root.children;
  const faults = elementOnly(root);
  if (only === undefined || others.length > 0) return [...faults, `serviceResponse holds ${root.children.length} elements, not one`];
  const check = CHOICE[only.local];
  if (only.uri !== CAS_NAMESPACE || check === undefined) return [...faults, `serviceResponse holds {${only.uri}}${only.local}`];
  return [...faults, ...check(only)];
}

/** The same for the element that holds attributes, apart, since servers that are right elsewhere differ here. */
export function attributesFaults(attributes: Element): string[] {
  return [
    ...elementOnly(attributes),
    ...sequence(attributes.children.filter(({ local }) => FIXED.includes(local)), [['authenticationDate', 1, 1], ['longTermAuthenticationRequestTokenUsed', 1, 1], ['isFromNewLogin', 1, 1]], 'attributes'),
    ...(attributes.children.slice(0, 3).every(({ local }) => FIXED.includes(local)) ? [] : ['user attributes stand before the three attributes of the protocol']),
    ...attributes.children.flatMap(({ local, text }) => {
      if (local === 'authenticationDate' && !DATE_TIME.test(text.trim())) return [`authenticationDate is no xs:dateTime: ${text}`];
      if (['longTermAuthenticationRequestTokenUsed', 'isFromNewLogin'].includes(local) && !/^(true|false|0|1)$/.test(text.trim())) return [`${local} is no xs:boolean: ${text}`];
      return [];
    }),
  ];
}

export const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/;
const FIXED = ['authenticationDate', 'longTermAuthenticationRequestTokenUsed', 'isFromNewLogin'];

const CHOICE: Readonly<Record<string, (element: Element) => string[]>> = {
  authenticationSuccess: (element) => [
    ...elementOnly(element),
    ...sequence(element.children, [['user', 1, 1], ['attributes', 0, 1], ['proxyGrantingTicket', 0, 1], ['proxies', 0, 1]], 'authenticationSuccess'),
    ...element.children.filter(({ local }) => local === 'proxies').flatMap((proxies) => [...elementOnly(proxies), ...sequence(proxies.children, [['proxy', 1, Infinity]], 'proxies')]),
  ],
  authenticationFailure: failure,
  proxySuccess: (element) => [...elementOnly(element), ...sequence(element.children, [['proxyTicket', 1, 1]], 'proxySuccess')],
  proxyFailure: failure,
};

function failure(element: Element): string[] {
  return [
    ...(element.attributes.has('code') ? [] : [`${element.local} has no code`]),
    ...(element.children.length === 0 ? [] : [`${element.local} holds elements`]),
  ];
}

function elementOnly(element: Element): string[] {
  return element.text.trim() === '' ? [] : [`${element.local} holds text: ${element.text.trim().slice(0, 40)}`];
}

/** xs:sequence: in this order, so often. */
function sequence(children: readonly Element[], particles: readonly (readonly [string, number, number])[], where: string): string[] {
  const faults: string[] = [];
  let at = 0;
  for (const [name, least, most] of particles) {
    let count = 0;
    while (children[at]?.local === name && children[at]?.uri === CAS_NAMESPACE) {
      at += 1;
      count += 1;
    }
    if (count < least) faults.push(`${where}: ${name} is missing where it should stand (order: ${particles.map(([one]) => one).join(', ')})`);
    if (count > most) faults.push(`${where}: ${count} times ${name}`);
  }
  const rest = children.slice(at).map(({ local }) => local);
  return rest.length === 0 ? faults : [...faults, `${where}: ${rest.join(', ')} not expected there (order: ${particles.map(([one]) => one).join(', ')})`];
}
