import type { ServiceEntry } from '@latchkey/contracts';
import { PageError } from '@latchkey/runtime';

/** What a person is refused, in words. Codes are stable. */

export const serviceNotRegistered = (): PageError =>
  new PageError(
    403,
    'service_not_registered',
    'This application is not registered',
    'The address that sent you here is not known to this sign-in. Tell the people who run the application; nothing was sent to it.',
  );

type Named = Pick<ServiceEntry, 'name' | 'contact'>;

export const serviceDisabled = (service: Named): PageError =>
  new PageError(403, 'service_disabled', `${service.name} is closed at this moment`, `The people who run this sign-in have switched it off. Try again later, or ask ${whom(service)}.`);

export const notAdmitted = (service: Named): PageError =>
  new PageError(
    403,
    'not_admitted',
    `You cannot use ${service.name}`,
    `Your account is not in a group that may enter. Ask ${whom(service)} for access, or sign out and use another account.`,
  );

export const notStrongEnough = (service: Named): PageError =>
  new PageError(
    403,
    'second_factor_needed',
    `${service.name} asks for a second factor`,
    `A password alone does not open it, and your account has no second factor yet. Ask ${whom(service)}.`,
  );

function whom({ contact }: Named): string {
  return contact === undefined ? 'the people who run it' : `the people who run it (${contact})`;
}

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
