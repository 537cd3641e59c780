import type { z } from 'zod';
import type { Actor, AdminScope } from '../guard/administrators.ts';
import type { Desk } from './desk.ts';
import type { Precondition } from './precondition.ts';

/** What a handler gets: checked input, and who asks. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly actor: Actor;
  readonly precondition: Precondition;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** Revision of what is shown, for the ETag. */
  readonly revision?: number;
}

export interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
}

type Empty = z.ZodObject<Record<never, never>>;

/**
 * One operation of the admin API. The same value is mounted, checks what comes in and is written into the OpenAPI document,
 * so the three cannot say different things.
 */
export interface RouteDefinition<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  /** operationId, unique. */
  readonly operation: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: `/admin/v1/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly scope: AdminScope;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Takes If-Match and If-None-Match. */
  readonly conditional?: boolean;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of problems besides those that every route can have. */
  readonly problems?: readonly number[];
  handle(call: Call<z.output<Params>, z.output<Query>, z.output<Body>>, desk: Desk): Promise<Reply>;
}

export interface Route extends Omit<RouteDefinition<z.ZodObject, z.ZodObject, z.ZodType>, 'handle'> {
  handle(call: Call<unknown, unknown, unknown>, desk: Desk): Promise<Reply>;
}

export function defineRoute<Params extends z.ZodObject = Empty, Query extends z.ZodObject = Empty, Body extends z.ZodType = z.ZodUndefined>(
  definition: RouteDefinition<Params, Query, Body>,
): Route {
  return definition as unknown as Route;
}
