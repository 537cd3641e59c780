import { PageError } from '@latchkey/runtime';

/** What a person is refused, in words. Codes are stable. */

export const pendingOtherBrowser = (): PageError =>
  new PageError(
    400,
    'pending_other_browser',
    'This request was begun elsewhere',
    'What this application asks for does not belong to this browser, or its address is not whole. Go back to the application and start again there.',
  );

export const formExpired = (href: string): PageError =>
  new PageError(
    403,
    'form_expired',
    'This form is not valid any more',
    'Nothing was changed. Look at the page again and decide there.',
    { href, label: 'Back to the question' },
  );

export const withdrawalInProgress = (): PageError =>
  new PageError(
    503,
    'withdrawal_in_progress',
    'The withdrawal is not finished yet',
    'It is recorded, and is repeated by itself until every key that the application holds is revoked. Look again in a minute.',
    { href: '/consent/applications', label: 'Connected applications' },
  );
