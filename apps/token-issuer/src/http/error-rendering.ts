import { OAuthError } from '@latchkey/oauth';
import { errorPage } from '@latchkey/pages';
import { currentTraceId, sendPage, toProblem, type ErrorRenderer, type Logger } from '@latchkey/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Outcome, type ErrorPage } from '../authorize/results.ts';

/** Routes that a person looks at; everything else answers JSON. */
const PAGES = ['/oauth2/authorize', '/oauth2/logout', '/oauth2/logout/confirm', '/oauth2/signed-out'];

/** The one place where an error of this room leaves it. */
export function errorRendering(logger: Logger): ErrorRenderer {
  return (error, request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (!path.startsWith('/oauth2/') && !path.startsWith('/.well-known/')) return false;
    if (error instanceof Outcome && error.result.kind === 'error-page') sendErrorPage(reply, error.result);
    else if (PAGES.includes(path)) sendErrorPage(reply, pageFor(error, request, logger));
    else sendOAuthError(reply, error instanceof OAuthError ? error : oauthErrorFor(error, request, logger));
    return true;
  };
}

export function sendErrorPage(reply: FastifyReply, page: ErrorPage): FastifyReply {
  const { kind: _kind, ...props } = page;
  return sendPage(reply, page.status, (context) => errorPage({ ...props, supportCode: supportCode() }, context));
}

/** @see RFC 6749 §5.2 · RFC 6750 §3: a 401 names the scheme by which to come back */
function sendOAuthError(reply: FastifyReply, error: OAuthError): void {
  const body = error.body();
  if (error.code === 'invalid_client' && error.status === 401) reply.header('www-authenticate', 'Basic realm="latchkey", charset="UTF-8"');
  if (error.code === 'invalid_token' || error.code === 'insufficient_scope') {
    reply.header('www-authenticate', `Bearer realm="latchkey", error="${body.error}", error_description="${body.error_description}"`);
  }
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  void sendJson(reply, error.status, body);
}

/** @see RFC 6749 §5.1: "Cache-Control" with "no-store" and "Pragma" with "no-cache" */
export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply
    .status(status)
    .header('content-type', 'application/json')
    .header('cache-control', 'no-store')
    .header('pragma', 'no-cache')
    .send(JSON.stringify(body));
}

/** Internals stay in the log. An unknown outcome is never reported as a refusal (INV-9). */
function oauthErrorFor(error: unknown, request: FastifyRequest, logger: Logger): OAuthError {
  const problem = toProblem(error);
  if (problem.status >= 500) {
    logger.error({ err: error, method: request.method, path: request.url.split('?')[0] }, problem.code);
    const code = problem.status === 503 ? 'temporarily_unavailable' : 'server_error';
    return new OAuthError(code, `Something failed on our side (support code ${supportCode() ?? '-'})`, {
      ...(code === 'temporarily_unavailable' ? { retryAfterSeconds: 2 } : {}),
    });
  }
  return new OAuthError('invalid_request', problem.detail, { status: problem.status });
}

function pageFor(error: unknown, request: FastifyRequest, logger: Logger): ErrorPage {
  const problem = toProblem(error);
  if (problem.status >= 500) logger.error({ err: error, method: request.method, path: request.url.split('?')[0] }, problem.code);
  if (problem.status < 500) return { kind: 'error-page', status: problem.status, code: problem.code, title: problem.title, message: problem.detail };
  const away = problem.status === 503;
  return {
    kind: 'error-page',
    status: problem.status,
    code: away ? 'temporarily_unavailable' : 'server_error',
    title: away ? 'We cannot do this right now' : 'Something failed on our side',
    message: away ? 'A part that this needs does not answer. Wait a moment, then reload this page.' : 'Reload this page. If it stays so, tell the operator the support code.',
  };
}

function supportCode(): string | undefined {
  return currentTraceId()?.slice(0, 12);
}
