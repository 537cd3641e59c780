import { z } from 'zod';
import { adminAudience } from '../guard/built-in.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe('Stable, for programs'),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'Something in the request is wrong; `errors` says what and where',
  401: 'No access token, or not one for this API',
  403: 'Not an administrator, or the scope is missing',
  404: 'There is no such thing',
  409: 'The state of the thing does not allow it',
  412: 'If-Match or If-None-Match does not hold',
  503: 'A part that this needs does not answer',
};

/** OpenAPI 3.1 out of the very schemas that check the requests; its schemas are JSON Schema 2020-12, as zod writes them. */
export function openApiDocument(routes: readonly Route[], publicUrl: string): Json {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Latchkey admin API', version: '1', description: 'Errors are problem documents (RFC 9457). Unknown fields are refused.' },
    servers: [{ url: publicUrl }],
    security: [{ latchkey: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        latchkey: {
          type: 'oauth2',
          description: `Access tokens with the audience ${adminAudience(publicUrl)} (parameter \`resource\`, RFC 8707).`,
          flows: {
            authorizationCode: {
              authorizationUrl: `${publicUrl}/oauth2/authorize`,
              tokenUrl: `${publicUrl}/oauth2/token`,
              scopes: SCOPES,
            },
            clientCredentials: { tokenUrl: `${publicUrl}/oauth2/token`, scopes: SCOPES },
          },
        },
      },
    },
  };
}

const SCOPES = { admin: 'Read and change everything', 'admin:read': 'Read everything' };

function operation(route: Route, components: Json): Json {
  const statuses = [...new Set([400, 401, 403, ...(route.conditional === true && route.method !== 'GET' ? [412] : []), ...(route.problems ?? []), 503])].sort();
  return {
    operationId: route.operation,
    tags: [route.tag],
    summary: route.summary,
    security: [{ latchkey: [route.scope] }],
    parameters: [
      ...parameters(route.params, 'path', components),
      ...parameters(route.query, 'query', components),
      ...(route.conditional === true && route.method !== 'GET' ? CONDITIONS : []),
    ],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: !route.body.safeParse(undefined).success, content: { 'application/json': { schema: schema(route.body, 'input', components) } } } }),
    responses: Object.fromEntries([
      ...Object.entries(route.answers).map(([status, answer]) => [
        status,
        {
          description: answer.description,
          ...(route.conditional === true && status !== '204' ? { headers: { ETag: { description: 'The revision', schema: { type: 'string' } } } } : {}),
          ...(answer.schema === undefined ? {} : { content: { 'application/json': { schema: schema(answer.schema, 'output', components) } } }),
        },
      ]),
      ...statuses.map((status) => [
        String(status),
        { description: PROBLEMS[status], content: { 'application/problem+json': { schema: schema(problem, 'output', components) } } },
      ]),
    ]) as Json,
  };
}

const CONDITIONS = [
  { name: 'If-Match', in: 'header', required: false, schema: { type: 'string' }, description: 'ETag of what you read: refused with 412 when it has changed' },
  { name: 'If-None-Match', in: 'header', required: false, schema: { type: 'string', const: '*' }, description: 'Only create, never replace' },
];

function parameters(object: z.ZodObject | undefined, place: 'path' | 'query', components: Json): Json[] {
  return Object.entries(object?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !(field as z.ZodType).safeParse(undefined).success,
    schema: schema(field as z.ZodType, 'input', components),
  }));
}

/** A schema with an id becomes a component. zod puts those under $defs of each document; here they share one place. */
function schema(type: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const { $schema: _, $defs, ...own } = z.toJSONSchema(type, { io, unrepresentable: 'any' }) as Json;
  const { id, ...rest } = own;
  const moved = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as unknown;
  for (const [name, part] of Object.entries(($defs ?? {}) as Json)) {
    const { id: _id, ...plain } = part as Json;
    components[name] = moved(plain);
  }
  if (typeof id !== 'string') return moved(own) as Json;
  components[id] = moved(rest);
  return { $ref: `#/components/schemas/${id}` };
}
