import { Problem } from '@latchkey/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { AdminGate } from '../guard/admin-gate.ts';
import { isStorable } from '../registry/storable.ts';
import type { Desk } from './desk.ts';
import { readPrecondition } from './precondition.ts';
import { invalid, issueErrors } from './problems.ts';
import type { Route } from './route.ts';

const NO_PRECONDITION = { revisions: null, onlyNew: false } as const;

/** Who is it? → what do they want? → do it. Nothing of a request is looked at before somebody was let in. */
export async function dispatch(route: Route, parts: { gate: AdminGate; desk: Desk }, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const actor = await parts.gate.enter(request, route.scope);
  const answer = await route.handle(
    {
      actor,
      params: checked(route.params, request.params),
      query: checkedQuery(route.query, request.query),
      body: checkedBody(route.body, request.body),
      precondition: route.conditional === true ? readPrecondition(request) : NO_PRECONDITION,
    },
    parts.desk,
  );
  reply.status(answer.status);
  if (answer.revision !== undefined) reply.header('etag', `"${answer.revision}"`);
  if (answer.body === undefined) void reply.send();
  else void reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(answer.body));
}

function checked(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  if (!isStorable(value)) throw invalid([{ path: '', message: 'holds a NUL or half a character' }]);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(issueErrors(parsed.error.issues));
  return parsed.data;
}

/** A repeated name becomes a list, which no schema of a query takes. */
function checkedQuery(schema: z.ZodObject | undefined, query: unknown): unknown {
  const given = query instanceof URLSearchParams ? query : new URLSearchParams();
  const names = [...new Set(given.keys())];
  const unknown = names.filter((name) => schema === undefined || !Object.hasOwn(schema.shape, name));
  if (unknown.length > 0) throw invalid(unknown.map((path) => ({ path, message: 'is not known here' })));
  const repeated = names.filter((name) => given.getAll(name).length > 1);
  if (repeated.length > 0) throw invalid(repeated.map((path) => ({ path, message: 'came more than once' })));
  return checked(schema, Object.fromEntries(given));
}

function checkedBody(schema: z.ZodType | undefined, body: unknown): unknown {
  const absent = body === undefined || body === null || body === '';
  if (schema === undefined) {
    if (!absent) throw invalid([{ path: '', message: 'this route takes no body' }]);
    return undefined;
  }
  if (body instanceof URLSearchParams) throw new Problem(415, 'unsupported_media_type', 'Unsupported media type', 'This route takes application/json.');
  return checked(schema, absent ? undefined : body);
}
