import { alarms, happens, marked, plain } from './security-event.ts';

const subject = plain('id of the person');
const sid = plain('public id of the session');
const network = plain('address, or /64 of an IPv6 address, that the request came from');
const client = plain('id of the client');
const grant = plain('id of the grant');
const reason = plain('why');

/** Every security event that is logged. `docs/logs.md` is generated from this table. @see ASVS 16.3.1 to 16.3.3 */
export const SECURITY_EVENTS = {
  'sign-in.succeeded': happens('cas', 'A person signed in.', { subject, sid, network, factors: plain('what was proved, by the names of RFC 8176') }),
  'sign-in.failed': happens('cas', 'A sign-in was refused; whether the name or the password was wrong is not told.', {
    name: marked('the name that was typed: now and then it is a password'),
    network,
  }),
  'sign-in.throttled': alarms('cas', 'A sign-in was not tried, because there were too many for this account or from this network.', {
    name: marked('the name that was typed'),
    network,
    waitMs: plain('how long there will be none'),
  }),
  'sign-in.overloaded': happens('cas', 'A sign-in was not tried, because too many passwords were being checked.', { network }),
  'session.started': happens('session-store', 'A session began.', { subject, sid }),
  'session.ended': happens('session-store', 'A session ended.', { sid, reason }),
  'person.changed': happens('cas', 'A person was made, changed, switched off or on, deleted, or got another password.', { subject, change: plain('what') }),
  'ticket.refused': happens('cas', 'A CAS ticket was not valid.', { failure: plain('failure code of the CAS protocol') }),
  'ticket.replayed': alarms('cas', 'A CAS ticket was presented that its visit says was used, or that is for nobody who may enter.', { subject, sid, service: plain('id of the service') }),
  'proxy.refused': happens('cas', 'A proxy was given no ticket.', { failure: plain('failure code of the CAS protocol') }),
  'client.refused': alarms('token-issuer', 'A client could not prove who it is.', { client, network, reason }),
  'client.throttled': alarms('token-issuer', 'A client is not listened to for a while, after too many failures from one network.', { client, network }),
  'token.issued': happens('token-issuer', 'An access token was issued.', { client, grantType: plain('its grant type'), grant, subject }),
  'grant.revoked': happens('token-issuer', 'A grant was revoked.', { grant, client, subject, reason }),
  'code.replayed': alarms('token-issuer', 'An authorization code was presented again by the one it was bound to; its grant was revoked.', {}),
  'refresh-token.replayed': alarms('token-issuer', 'A refresh token was used that has a successor; its grant was revoked.', { grant, client, subject }),
  'consent.decided': happens('consent', 'A person agreed, refused, or withdrew.', { subject, client, decision: plain('`granted`, `denied` or `withdrawn`'), scopes: plain('the scopes') }),
  'admin.changed': happens('management', 'An administrator, a client of theirs or the declarative file changed something.', {
    actor: plain('who: `person:<id>`, `client:<id>`, `file` or `setup`'),
    action: plain('what, as the audit has it'),
    thing: plain('of what'),
  }),
  'admin.refused': alarms('management', 'A request to the administration was refused.', { reason, status: plain('the HTTP status'), network }),
  'peer.refused': alarms('every room', 'An internal route was asked without the credential of another room.', { route: plain('pattern of the route') }),
} as const;

type Table = typeof SECURITY_EVENTS;
export type SecurityEventName = keyof Table;
export type FieldsOf<E extends SecurityEventName> = { readonly [F in keyof Table[E]['fields']]: string | number | readonly string[] | null };
