import type { Fields } from './fields.ts';
import type { Weight } from './remarks.ts';

interface Absence {
  /** Values that say what holds here anyway; empty ones always do. */
  readonly neutral?: readonly unknown[];
  readonly weight?: Weight;
  readonly why: string;
  readonly todo?: string;
}

/** Fields of a definition that this server has nothing for. @see https://apereo.github.io/cas/development/services/Service-Management.html */
const ABSENCES: Readonly<Record<string, Absence>> = {
  informationUrl: { why: 'no such link stands on the sign-in page', todo: 'put it into the application' },
  privacyUrl: { why: 'no such link stands on the sign-in page', todo: 'put it into the application' },
  locale: { why: 'pages come in the languages of the browser that Latchkey has' },
  responseType: { neutral: ['REDIRECT'], why: 'the application says how it wants its ticket, by method=POST or method=HEADER', todo: 'let it send that parameter' },
  redirectUrl: { why: 'the ticket goes to the service URL that was asked for', todo: 'let the application send the address that it wants' },
  environments: { weight: 'closed', why: 'a registry is for one environment: this service was for some only', todo: 'take it out where it does not belong, then enable it' },
  publicKey: { why: 'nothing is encrypted for one service' },
  requiredHandlers: { weight: 'closed', why: 'how people sign in is not chosen for each service', todo: 'see whether a password is good enough for this service; if so, enable it' },
  templateName: { weight: 'closed', why: 'this definition is part of a template, which was not read', todo: 'write the fields of the template into the definition and import it again' },
  singleSignOnParticipationPolicy: { weight: 'closed', why: 'a session opens every service; only a request with renew=true asks for the password again', todo: 'let the application send renew=true, then enable the service' },
  acceptableUsagePolicy: { why: 'terms of use are not shown here' },
  webflowInterruptPolicy: { why: 'nothing is shown between sign-in and service' },
  passwordlessPolicy: { why: 'how people sign in is not chosen for each service' },
  surrogatePolicy: { why: 'nobody signs in as somebody else here' },
  auditPolicy: { why: 'every sign-in is recorded in the same way' },
  ticketGrantingTicketExpirationPolicy: { weight: 'closed', why: 'a session is as long for every service', todo: 'set LATCHKEY_SESSION_IDLE_SECONDS and LATCHKEY_SESSION_ABSOLUTE_SECONDS for all, then enable the service' },
  serviceTicketExpirationPolicy: { why: 'a ticket is used once and lives as long for every service', todo: 'set LATCHKEY_TICKET_SECONDS for all' },
  proxyTicketExpirationPolicy: { why: 'a ticket is used once and lives as long for every service', todo: 'set LATCHKEY_TICKET_SECONDS for all' },
  proxyGrantingTicketExpirationPolicy: { why: 'a proxy-granting ticket lives as long as its session' },
};

export function tellAbsences(definition: Fields): void {
  for (const [field, { neutral = [], weight = 'lost', why, todo = '' }] of Object.entries(ABSENCES)) definition.expect(field, neutral, weight, why, todo);
  tellAuthenticationPolicy(definition);
  tellProtocols(definition);
  tellProperties(definition);
}

function tellAuthenticationPolicy(definition: Fields): void {
  const policy = definition.nested('authenticationPolicy');
  if (policy === undefined) return;
  policy.className();
  const why = 'how people sign in is not chosen for each service';
  const todo = 'see whether a password is good enough for this service; if so, enable it';
  for (const name of ['requiredAuthenticationHandlers', 'excludedAuthenticationHandlers', 'criteria']) policy.expect(name, [], 'closed', why, todo);
  policy.tellRest('closed');
}

/** A definition that says nothing of protocols means all of them. */
function tellProtocols(definition: Fields): void {
  const protocols = definition.texts('supportedProtocols');
  if (protocols.length === 0) return;
  definition.remarks.add('lost', 'supportedProtocols', protocols, 'a service is served in every version of CAS', '');
}

/** Each by its name: what a property does is known to whoever reads it. */
function tellProperties(definition: Fields): void {
  const properties = definition.nested('properties');
  for (const name of properties?.names() ?? []) {
    if (name === '@class') continue;
    const property = properties!.nested(name);
    definition.remarks.add('lost', properties!.named(name), property?.texts('values') ?? '', 'services have no properties', 'see what read it');
  }
}
