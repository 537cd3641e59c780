import { MethodNotAllowedException, NotFoundException } from '@nestjs/common';
import { OAuthError } from '@latchkey/oauth';
import { errorPage } from '@latchkey/pages';
import { sendPage, supportCode, toProblem, type ErrorRenderer, type Logger } from '@latchkey/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Outcome, type ErrorPage } from '../authorize/results.ts';

/** Routes that a person looks at; everything else answers JSON. */
const PAGES = ['/oauth2/authorize', '/oauth2/logout', '/oauth2/logout/confirm', '/oauth2/signed-out'];

/** A known path with another method is 405 with Allow, not 404 (RFC 9110 §15.5.6). */
const METHODS: Readonly<Record<string, string>> = {
  '/oauth2/authorize': 'GET, HEAD, POST',
  '/oauth2/token': 'POST, OPTIONS',
  '/oauth2/introspect': 'POST',
  '/oauth2/revoke': 'POST, OPTIONS',
  '/oauth2/userinfo': 'GET, HEAD, POST, OPTIONS',
  '/oauth2/logout': 'GET, HEAD, POST',
  '/oauth2/logout/confirm': 'POST',
  '/oauth2/signed-out': 'GET, HEAD',
  '/oauth2/jwks': 'GET, HEAD',
  '/.well-known/openid-configuration': 'GET, HEAD',
  '/.well-known/oauth-authorization-server': 'GET, HEAD',
};
const USERINFO = '/oauth2/userinfo';

/** The one place where an error of this room leaves it. */
export function errorRendering(logger: Logger): ErrorRenderer {
  return (given, request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (!path.startsWith('/oauth2/') && !path.startsWith('/.well-known/')) return false;
    const error = given instanceof NotFoundException ? notHere(given, path, reply) : given;
    if (error instanceof Outcome && error.result.kind === 'error-page') sendErrorPage(reply, error.result);
    else if (PAGES.includes(path)) sendErrorPage(reply, pageFor(error, request, logger));
    else sendOAuthError(reply, error instanceof OAuthError ? error : oauthErrorFor(error, request, logger), path);
    return true;
  };
}

function notHere(error: NotFoundException, path: string, reply: FastifyReply): Error {
  const methods = METHODS[path];
  if (methods === undefined) return error;
  reply.header('allow', methods);
  return new MethodNotAllowedException(`This address takes ${methods}`);
}

export function sendErrorPage(reply: FastifyReply, page: ErrorPage): FastifyReply {
  const { kind: _kind, ...props } = page;
  return sendPage(reply, page.status, (context) => errorPage({ ...props, supportCode: supportCode() }, context));
}

/** @see RFC 6749 §5.2 · RFC 6750 §3: a 401 names the scheme by which to come back */
function sendOAuthError(reply: FastifyReply, error: OAuthError, path: string): void {
  const body = error.body();
  if (error.code === 'invalid_client' && error.status === 401) reply.header('www-authenticate', 'Basic realm="latchkey", charset="UTF-8"');
  if (path === USERINFO && [400, 401, 403].includes(error.status)) {
    const scope = error.code === 'insufficient_scope' ? ', scope="openid"' : '';
    reply.header('www-authenticate', `Bearer realm="latchkey", error="${body.error}", error_description="${body.error_description}"${scope}`);
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
