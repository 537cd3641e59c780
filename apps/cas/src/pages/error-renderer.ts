import { CasError } from '@latchkey/cas-protocol';
import { errorPage } from '@latchkey/pages';
import { RepeatedParameter, currentTraceId, sendPage, toProblem, type ErrorRenderer, type Logger } from '@latchkey/runtime';
import { PageError, badRequest } from './page-error.ts';

/** Everything but what services ask. */
const PAGES = /^\/(?:cas|account)(?![^/?])(?!\/(?:p3\/)?(?:proxy|validate|serviceValidate|proxyValidate|samlValidate)(?:[?]|$))/;

/** Whatever goes wrong on a page that people see is said on a page, with a code to quote. */
export function errorPages(logger: Logger): ErrorRenderer {
  return (error, request, reply) => {
    if (!PAGES.test(request.url)) return false;
    const shown = pageErrorOf(error);
    if (shown.status >= 500) logger.error({ err: error, method: request.method, path: request.url.split('?')[0] }, shown.code);
    const { status, code, title, advice } = shown;
    sendPage(reply, status, (context) =>
      errorPage({ status, code, title, message: advice, supportCode: currentTraceId()?.slice(0, 12), back: { href: '/account', label: 'Your account' } }, context),
    );
    return true;
  };
}

function pageErrorOf(error: unknown): PageError {
  if (error instanceof PageError) return error;
  if (error instanceof CasError || error instanceof RepeatedParameter) return badRequest(error.message);
  const { status, code } = toProblem(error);
  if (status === 404) return new PageError(404, 'not_found', 'There is nothing at this address', 'Check the address, or go to your account.');
  if (status === 503) return new PageError(503, code, 'Signing in does not work at this moment', 'Please try again in a minute.');
  if (status >= 500) return new PageError(status, code, 'Something failed on our side', 'Please try again. If it happens again, quote the support code.');
  return new PageError(status, code, 'This request cannot be served', 'Go back and try again.');
}
