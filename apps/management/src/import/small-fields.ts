import { serviceEntry } from '@latchkey/contracts';
import type { Fields } from './fields.ts';
import type { WrittenService } from './written-service.ts';

/** Single sign-out. @see https://apereo.github.io/cas/development/installation/Logout-Single-Signout.html */
export function logout(definition: Fields): WrittenService['logout'] {
  const type = definition.text('logoutType')?.toUpperCase() ?? 'BACK_CHANNEL';
  const url = logoutUrl(definition);
  const ours = LOGOUT_TYPES[type];
  if (ours === undefined) definition.remarks.add('lost', 'logoutType', type, 'is no kind of sign-out; back-channel is taken', 'write BACK_CHANNEL, FRONT_CHANNEL or NONE');
  const written = { ...(ours === undefined || ours === 'back-channel' ? {} : { type: ours }), ...(url === undefined ? {} : { url }) };
  return Object.keys(written).length === 0 ? undefined : written;
}

const LOGOUT_TYPES: Readonly<Record<string, 'back-channel' | 'front-channel' | 'none' | undefined>> = {
  BACK_CHANNEL: 'back-channel',
  FRONT_CHANNEL: 'front-channel',
  NONE: 'none',
};

function logoutUrl(definition: Fields): string | undefined {
  const raw = definition.text('logoutUrl');
  if (raw === undefined) return undefined;
  const urls = raw.split(',').map((url) => url.trim()).filter((url) => url !== '');
  const [url] = urls;
  if (urls.length === 1 && serviceEntry.shape.logout.safeParse({ url }).success) return url;
  const why = urls.length > 1 ? 'a sign-out is told to one address, or to the service URL; the latter is taken' : 'is not an absolute http(s) address in canonical form; the service URL is told instead';
  definition.remarks.add('lost', 'logoutUrl', raw, why, 'give one address as logout.url if the service URL does not understand a sign-out');
  return undefined;
}

/** @see https://apereo.github.io/cas/development/mfa/Configuring-Multifactor-Authentication-Triggers-PerApplication.html */
export function strength(definition: Fields): '2' | undefined {
  const policy = definition.nested('multifactorPolicy');
  if (policy === undefined) return undefined;
  const kind = policy.className();
  if (kind !== 'DefaultRegisteredServiceMultifactorPolicy') {
    policy.remarks.add('changed', policy.path, kind, 'everybody is asked for a second factor, where something computed who was', 'take acr away if it is for some people only, and ask in the application');
    return '2';
  }
  const providers = policy.texts('multifactorAuthenticationProviders');
  const bypassed = policy.flag('bypassEnabled') ?? false;
  const script = policy.text('script');
  const trigger = policy.text('principalAttributeNameTrigger');
  const value = policy.text('principalAttributeValueToMatch');
  policy.expect('failureMode', ['CLOSED', 'UNDEFINED'], 'changed', 'nobody gets in while their second factor does not work', '');
  policy.expect('forceExecution', [false], 'changed', 'a session that has the second factor is not asked for it again', '');
  policy.expect('bypassTrustedDeviceEnabled', [false], 'changed', 'no device is trusted in place of a second factor', '');
  policy.expect('bypassPrincipalAttributeName', [], 'changed', 'nobody is spared the second factor', '');
  policy.expect('bypassPrincipalAttributeValue', [], 'changed', 'nobody is spared the second factor', '');
  policy.tellRest();
  if (bypassed) policy.remarks.add('changed', policy.named('bypassEnabled'), true, 'no second factor is asked for, whatever the rest of the policy says', '');
  if (bypassed || (providers.length === 0 && script === undefined)) return undefined;
  if (script !== undefined) policy.remarks.add('changed', policy.named('script'), script, 'everybody is asked for a second factor, where a script computed who was', 'take acr away if it is for some people only');
  if (trigger !== undefined) policy.remarks.add('changed', policy.named('principalAttributeNameTrigger'), `${trigger}=${value ?? ''}`, 'everybody is asked for a second factor, not only people with this attribute', 'take acr away if it is for some people only');
  policy.remarks.add('changed', policy.named('multifactorAuthenticationProviders'), providers, 'acr 2 asks for a second factor, whichever the person has', '');
  return '2';
}

/** @see https://apereo.github.io/cas/development/services/Configuring-Service-Expiration-Policy.html */
export function expiresAt(definition: Fields): string | undefined {
  const policy = definition.nested('expirationPolicy');
  if (policy === undefined) return undefined;
  policy.className();
  const written = policy.text('expirationDate');
  policy.expect('deleteWhenExpired', [false], 'changed', 'an expired service stays in the registry, and nobody gets in', 'take it out of the file when nobody asks for it any more');
  policy.expect('notifyWhenDeleted', [false], 'lost', 'nobody is written to when a service expires', '');
  policy.expect('notifyWhenExpired', [false], 'lost', 'nobody is written to when a service expires', '');
  policy.tellRest();
  if (written === undefined) return undefined;
  const at = instant(written);
  if (at === null) policy.remarks.add('closed', policy.named('expirationDate'), written, 'is no date in a form that Apereo documents', 'write expiresAt as 2027-01-31T00:00:00Z, then enable the service');
  else policy.remarks.add('changed', policy.named('expirationDate'), written, `is taken as ${at}: CAS read it in the time zone of its server`, 'put expiresAt right by the hours between');
  return at ?? undefined;
}

/** The forms that Apereo documents, as UTC. */
function instant(written: string): string | null {
  const iso = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?(?:Z|\[UTC\])*$/.exec(written);
  if (iso !== null) return utc([iso[1], iso[2], iso[3], iso[4], iso[5], iso[6]], '');
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[ T]+(\d{1,2}):(\d\d)(?: *([AP]M))?)?$/i.exec(written);
  return american === null ? null : utc([american[3], american[1], american[2], american[4], american[5], undefined], american[6]?.toUpperCase() ?? '');
}

function utc(parts: readonly (string | undefined)[], half: string): string | null {
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts.map((part) => (part === undefined ? undefined : Number(part))) as [number, number, number, number?, number?, number?];
  if (half !== '' && (hour < 1 || hour > 12)) return null;
  const at = new Date(Date.UTC(year, month - 1, day, half === '' ? hour : (hour % 12) + (half === 'PM' ? 12 : 0), minute, second));
  const same = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return same ? at.toISOString().replace('.000Z', 'Z') : null;
}

/** @see https://apereo.github.io/cas/development/services/Configuring-Service-Contacts.html */
export function people(definition: Fields): Pick<WrittenService, 'owner' | 'contact'> {
  const contacts = definition.nestedList('contacts').map((contact) => {
    contact.className();
    const [name, email, phone, department, type] = ['name', 'email', 'phone', 'department', 'type'].map((field) => contact.text(field));
    contact.take('id');
    contact.tellRest();
    if (type !== undefined) contact.remarks.add('lost', contact.named('type'), type, 'contacts have no types', '');
    if (phone !== undefined && email !== undefined) contact.remarks.add('lost', contact.named('phone'), phone, 'the mail address is taken as contact', '');
    return { name: [name, department === undefined ? undefined : `(${department})`].filter((part) => part !== undefined).join(' '), reach: email ?? phone };
  });
  const owner = contacts.map(({ name }) => name).filter((name) => name !== '').join('; ');
  const contact = contacts.flatMap(({ reach }) => reach ?? []).join(', ');
  for (const [field, text] of [['owner', owner], ['contact', contact]] as const) {
    if (text.length > 200) definition.remarks.add('changed', 'contacts', text, `${field} holds 200 characters; the rest is cut off`, '');
  }
  return { ...(owner === '' ? {} : { owner: owner.slice(0, 200) }), ...(contact === '' ? {} : { contact: contact.slice(0, 200) }) };
}

export function theme(definition: Fields): WrittenService['theme'] {
  const name = definition.text('theme');
  const logo = definition.text('logo');
  if (name !== undefined) definition.remarks.add('lost', 'theme', name, 'the pages look alike for all services, but for a picture');
  if (logo === undefined) return undefined;
  if (serviceEntry.shape.theme.safeParse({ logo }).success) return { logo };
  definition.remarks.add('lost', 'logo', logo, 'a picture stands in the entry itself, since pages ask no other server for anything', 'write it as theme.logo: data:image/png;base64,…');
  return undefined;
}
