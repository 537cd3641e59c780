import { errorPage } from '@latchkey/pages';
import { currentTraceId, sendPage, toProblem, type ErrorRenderer, type Logger } from '@latchkey/runtime';
import { PageError } from './page-error.ts';

/** Whatever goes wrong on a page that people see is said on a page, with a code to quote. */
export function errorPages(logger: Logger): ErrorRenderer {
  return (error, request, reply) => {
    if (!/^\/consent(?:[/?]|$)/.test(request.url)) return false;
    const { status, code, title, advice, back } = pageErrorOf(error);
    if (status >= 500) logger.error({ err: error, method: request.method, path: request.url.split('?')[0] }, code);
    sendPage(reply, status, (context) => errorPage({ status, code, title, message: advice, supportCode: currentTraceId()?.slice(0, 12), back }, context));
    return true;
  };
}

function pageErrorOf(error: unknown): PageError {
  if (error instanceof PageError) return error;
  const { status, code, detail } = toProblem(error);
  if (status === 404) return new PageError(404, 'not_found', 'There is nothing at this address', 'Check the address, or go to your account.');
  if (status === 503) return new PageError(503, code, 'This does not work at this moment', 'Nothing is lost. Please try again in a minute.');
  if (status >= 500) return new PageError(status, code, 'Something failed on our side', 'Please try again. If it happens again, quote the support code.');
  return new PageError(status, code, 'This request cannot be served', detail);
}
