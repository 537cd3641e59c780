import { PageError } from '@latchkey/runtime';

/** What a person is refused, in words. Codes are stable. */

export const serviceNotRegistered = (): PageError =>
  new PageError(
    403,
    'service_not_registered',
    'This application is not registered',
    'The address that sent you here is not known to this sign-in. Tell the people who run the application; nothing was sent to it.',
  );

export const serviceDisabled = (service: string): PageError =>
  new PageError(403, 'service_disabled', `${service} is closed at this moment`, 'The people who run this sign-in have switched it off. Try again later, or ask them.');

export const notAdmitted = (service: string): PageError =>
  new PageError(
    403,
    'not_admitted',
    `You cannot use ${service}`,
    'Your account is not in a group that may enter. Ask the people who run it for access, or sign out and use another account.',
  );

export const pendingUnknown = (): PageError =>
  new PageError(
    400,
    'pending_unknown',
    'This sign-in was begun elsewhere',
    'The request to sign in does not belong to this browser. Go back to the application and start again there.',
  );

export const badRequest = (detail: string): PageError => new PageError(400, 'invalid_request', 'This address is not complete', `${detail}.`);

export const formExpired = (): PageError =>
  new PageError(403, 'form_expired', 'This form is not valid any more', 'Nothing was changed. Go back, load the page again and repeat what you did.');
