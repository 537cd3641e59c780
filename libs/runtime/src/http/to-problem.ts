import { HttpException } from '@nestjs/common';
import { PeerUnavailable } from '@latchkey/peers';
import { ZodError } from 'zod';
import { supportCode } from '../trace.ts';
import { RepeatedParameter } from './parameters.ts';
import { Problem } from './problem.ts';

const UNAVAILABLE = ['DatabaseUnavailable', 'HotStoreUnavailable', 'OverloadedError'];

/** Any error as a problem: what is not meant for the caller becomes 500 with the id under which the log has it. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof RepeatedParameter) {
    return new Problem(400, 'repeated_parameter', 'Bad request', error.message, { errors: [{ path: error.parameter, message: 'came more than once' }] });
  }
  if (error instanceof ZodError) {
    const errors = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    return new Problem(400, 'invalid_input', 'Bad request', 'The request does not have the form that this route takes.', { errors });
  }
  if (error instanceof PeerUnavailable || (error instanceof Error && UNAVAILABLE.includes(error.name))) {
    return new Problem(503, 'unavailable', 'Service unavailable', `A part that this needs does not answer; try again. Support code ${supportCode() ?? '-'}.`, {
      cause: error,
      headers: { 'retry-after': '2' },
    });
  }
  const status = statusOf(error);
  if (status !== undefined && status < 500) return new Problem(status, codeOf(status), titleOf(status), messageOf(error));
  return new Problem(500, 'internal', 'Internal error', `Something failed on our side. Support code ${supportCode() ?? '-'}.`, { cause: error });
}

/** Errors of Fastify and Nest carry a status; only those below 500 have a message for the caller. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 ? status : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'The request cannot be served.';
}

function codeOf(status: number): string {
  return { 404: 'not_found', 405: 'method_not_allowed', 413: 'too_large', 414: 'too_large', 415: 'unsupported_media_type', 421: 'unknown_host' }[status] ?? 'bad_request';
}

function titleOf(status: number): string {
  return { 404: 'Not found', 413: 'Content too large', 415: 'Unsupported media type' }[status] ?? 'Bad request';
}
