import type { Rule } from './rule.ts';
import { rules as requestor } from './sections/2.1-login-requestor.ts';
import { rules as acceptor } from './sections/2.2-login-acceptor.ts';
import { rules as logout } from './sections/2.3-logout.ts';
import { rules as singleLogout } from './sections/2.3.3-single-logout.ts';
import { rules as validate } from './sections/2.4-validate.ts';
import { rules as proxyCallback } from './sections/2.5.4-proxy-callback.ts';
import { rules as serviceValidate } from './sections/2.5-service-validate.ts';
import { rules as proxyValidate } from './sections/2.6-proxy-validate.ts';
import { rules as proxy } from './sections/2.7-proxy.ts';
import { rules as p3 } from './sections/2.8-p3-service-validate.ts';
import { rules as tickets } from './sections/3-tickets.ts';
import { rules as rememberMe } from './sections/4.1-remember-me.ts';
import { rules as samlValidate } from './sections/4.2-saml-validate.ts';
import { rules as safeRedirection } from './sections/appendix-b.ts';
import { rules as hostile } from './sections/hostile.ts';
import { rules as rest } from './sections/rest.ts';

/** Every rule, in the order of the specification. */
export const RULES: readonly Rule[] = [
  ...requestor,
  ...acceptor,
  ...logout,
  ...singleLogout,
  ...validate,
  ...serviceValidate,
  ...proxyCallback,
  ...proxyValidate,
  ...proxy,
  ...p3,
  ...tickets,
  ...rememberMe,
  ...samlValidate,
  ...safeRedirection,
  ...hostile,
  ...rest,
];

/** `--only 2.5` means §2.5 and what stands below it. */
export function inSection(rule: Rule, only: string): boolean {
  return rule.section === only || rule.section.startsWith(`${only}.`) || rule.id === only;
}

/** Titles of the sections, for reports. */
export const SECTIONS: Readonly<Record<string, string>> = {
  '2.1': '/login as credential requestor',
  '2.2': '/login as credential acceptor',
  '2.3': '/logout',
  '2.3.3': 'Single logout',
  'front-channel': 'Front-channel logout (Apereo CAS)',
  '2.4': '/validate',
  '2.5': '/serviceValidate',
  '2.5.4': 'Proxy callback',
  '2.6': '/proxyValidate',
  '2.7': '/proxy',
  '2.8': '/p3/serviceValidate',
  '2.9': '/p3/proxyValidate',
  '3.1': 'Service ticket',
  '3.2': 'Proxy ticket',
  '3.3': 'Proxy-granting ticket',
  '3.4': 'Proxy-granting ticket IOU',
  '3.5': 'Login ticket',
  '3.6': 'Ticket-granting cookie',
  '4.1': 'Long-term tickets',
  '4.2': '/samlValidate',
  'Appendix B': 'Safe redirection',
  'Appendix C': 'Logout XML document',
  hostile: 'Hostile input (beside the protocol)',
  REST: 'Tickets over REST (Apereo CAS)',
};
