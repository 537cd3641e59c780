import { errorPage } from '@latchkey/pages';
import type { FastifyRequest } from 'fastify';
import type { Logger } from '../logger.ts';
import { supportCode } from '../trace.ts';
import { asked, type ErrorRenderer } from './problem-filter.ts';
import { sendPage } from './send-page.ts';
import { toProblem } from './to-problem.ts';

/** A refusal that a person reads. `code` is stable and stands in the page; `back` really leads somewhere. */
export class PageError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly advice: string,
    readonly back: { readonly href: string; readonly label: string } = { href: '/account', label: 'Your account' },
  ) {
    super(`${code}: ${title}`);
    this.name = 'PageError';
  }
}

export interface PageErrorsOptions {
  readonly logger: Logger;
  /** Whether a person looks at what this request answers. */
  readonly isPage: (request: FastifyRequest) => boolean;
  /** Errors of the room that have words of their own. */
  readonly known?: (error: unknown) => PageError | null;
  /** What does not work while a part is away: "Signing in does not work at this moment". */
  readonly unavailable: string;
}

/** Whatever goes wrong on a page that people see is said on a page, with a code to quote. */
export function pageErrors(options: PageErrorsOptions): ErrorRenderer {
  return (error, request, reply) => {
    if (!options.isPage(request)) return false;
    const { status, code, title, advice, back } = pageErrorOf(error, options);
    if (status >= 500) options.logger.error({ err: error, ...asked(request) }, code);
    sendPage(reply, status, (context) => errorPage({ status, code, title, message: advice, supportCode: supportCode(), back }, context));
    return true;
  };
}

function pageErrorOf(error: unknown, { known, unavailable }: PageErrorsOptions): PageError {
  if (error instanceof PageError) return error;
  const own = known?.(error) ?? null;
  if (own !== null) return own;
  const { status, code } = toProblem(error);
  if (status === 404) return new PageError(404, 'not_found', 'There is nothing at this address', 'Check the address, or go to your account.');
  if (status === 503) return new PageError(503, code, unavailable, 'Nothing is lost. Please try again in a minute.');
  if (status >= 500) return new PageError(status, code, 'Something failed on our side', 'Please try again. If it happens again, quote the support code.');
  return new PageError(status, code, 'This request cannot be served', 'Go back and try again.');
}
