import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logger.ts';
import { toProblem } from './to-problem.ts';
import { Problem } from './problem.ts';

/** What a room may render itself: its protocol's error family. Returns false for anything else. */
export type ErrorRenderer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => boolean;

/** What a log says of a request: its route and not its address, in which a ticket-granting ticket may stand. @see ASVS 16.2.5 */
export function asked({ method, routeOptions }: FastifyRequest): { method: string; route: string } {
  return { method, route: routeOptions.url ?? 'none' };
}

/** The one place where an error leaves as a problem document. */
export function writeProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const problem = toProblem(error);
  if (problem.status >= 500) {
    logger.error({ err: error, ...asked(request) }, problem.code);
  }
  void reply
    .status(problem.status)
    .headers({ ...problem.headers })
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problem.body()));
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly renderers: readonly ErrorRenderer[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (this.renderers.some((render) => render(error, request, reply))) return;
    writeProblem(error instanceof HttpException && error.getStatus() === 404 ? notFound() : error, request, reply, this.logger);
  }
}

function notFound(): Problem {
  return new Problem(404, 'not_found', 'Not found', 'There is nothing at this address.');
}
