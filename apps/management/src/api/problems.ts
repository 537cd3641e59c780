import { PeerRefused } from '@latchkey/peers';
import { Problem, type FieldError } from '@latchkey/runtime';
import type { z } from 'zod';
import { issueMessage } from '../declaration/shape-errors.ts';
import { writtenPath } from '../declaration/source-map.ts';
import { readRefusal } from '../refusal.ts';
import type { Fault } from '../registry/entry-faults.ts';

export function notFound(what: string): Problem {
  return new Problem(404, 'not_found', 'Not found', `There is no such ${what}.`);
}

export function conflict(code: string, detail: string): Problem {
  return new Problem(409, code, 'Conflict', detail);
}

export function invalid(errors: readonly FieldError[]): Problem {
  return new Problem(400, 'invalid_input', 'Bad request', 'The request does not have the form that this route takes.', { errors });
}

export function faultErrors(faults: readonly Fault[]): FieldError[] {
  return faults.map(({ path, message }) => ({ path: writtenPath(path), message }));
}

export function issueErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: writtenPath([...issue.path, key]), message: 'is not known here' }));
    return [{ path: writtenPath(issue.path), message: issueMessage(issue) }];
  });
}

/** What the owner of the thing refuses, it refuses with words for the caller. */
export async function refusalAsProblem<T>(ask: Promise<T>): Promise<T> {
  try {
    return await ask;
  } catch (error) {
    if (!(error instanceof PeerRefused) || ![400, 409, 422].includes(error.status)) throw error;
    const { code, detail, errors } = readRefusal(error);
    throw new Problem(error.status, code, error.status === 409 ? 'Conflict' : 'Bad request', detail, { errors, cause: error });
  }
}
