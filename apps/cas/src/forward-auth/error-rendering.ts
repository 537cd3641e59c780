import { errorPage } from '@latchkey/pages';
import { PageError, Problem, sendPage, type ErrorRenderer, type HttpSettings } from '@latchkey/runtime';

const PATHS = /^\/(?:forward-auth|\.latchkey)(?:[/?]|$)/;

/** What a person is refused at a protected host: a page, whose links lead to us and not to that host; for a script a problem document. */
export function forwardAuthErrors({ publicUrl }: HttpSettings): ErrorRenderer {
  return (error, request, reply) => {
    if (!PATHS.test(request.url) || !(error instanceof PageError)) return false;
    const { status, code, title, advice, back } = error;
    if (request.headers.accept?.includes('text/html') === true) {
      const href = new URL(back.href, publicUrl).href;
      sendPage(reply, status, (context) => errorPage({ status, code, title, message: advice, back: { href, label: back.label } }, context));
    } else {
      void reply.status(status).header('content-type', 'application/problem+json').send(JSON.stringify(new Problem(status, code, title, advice).body()));
    }
    return true;
  };
}
