import { Problem } from '@latchkey/runtime';
import type { FastifyRequest } from 'fastify';

/** What the caller says it has seen. @see RFC 9110 §13.1 */
export interface Precondition {
  /** Revisions of If-Match; null: none given. */
  readonly revisions: readonly number[] | '*' | null;
  /** If-None-Match: * */
  readonly onlyNew: boolean;
}

const LIST = /^"\d{1,15}"(\s*,\s*"\d{1,15}")*$/;

export function readPrecondition(request: FastifyRequest): Precondition {
  const ifMatch = request.headers['if-match']?.trim();
  const ifNoneMatch = request.headers['if-none-match']?.trim();
  if (ifMatch !== undefined && ifMatch !== '*' && !LIST.test(ifMatch)) throw malformed('If-Match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*' && request.method !== 'GET') throw malformed('If-None-Match');
  return {
    revisions: ifMatch === undefined ? null : ifMatch === '*' ? '*' : ifMatch.split(',').map((tag) => Number(tag.trim().slice(1, -1))),
    onlyNew: ifNoneMatch === '*',
  };
}

/** Call it where the entry cannot change until the write. `current`: null when there is none. */
export function assertPrecondition({ revisions, onlyNew }: Precondition, current: number | null): void {
  if (onlyNew && current !== null) throw failed('There is one already.');
  if (revisions === null) return;
  const holds = current !== null && (revisions === '*' || revisions.includes(current));
  if (!holds) throw failed('It was changed since you read it, or is not there: read it again.');
}

function failed(detail: string): Problem {
  return new Problem(412, 'precondition_failed', 'Precondition failed', detail);
}

function malformed(name: string): Problem {
  return new Problem(400, 'invalid_input', 'Bad request', `${name} is not a list of ETags of this API.`);
}
