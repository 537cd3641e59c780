import { describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pinoLogger } from '../pino-logger.ts';
import { pageErrors } from './page-errors.ts';
import { writeProblem } from './problem-filter.ts';

const SECRET = 'TGT-sid0000000000000000.secret00000000000000000000000000000';
const request = { method: 'DELETE', url: `/cas/v1/tickets/${SECRET}?x=${SECRET}`, routeOptions: { url: '/cas/v1/tickets/:ticket' } } as unknown as FastifyRequest;
const reply = new Proxy({}, { get: (_target, _name, self) => () => self as unknown }) as FastifyReply;

describe('the log of a failure names the route: an address may hold what opens a session (ASVS 16.2.5)', () => {
  it.each<[string, (lines: string[]) => void]>([
    ['of a problem', (lines) => writeProblem(new Error('away'), request, reply, pinoLogger({ level: 'info', destination: { write: (line) => lines.push(line) } }))],
    ['of a page', (lines) => void pageErrors({ logger: pinoLogger({ level: 'info', destination: { write: (line) => lines.push(line) } }), isPage: () => true, unavailable: '' })(new Error('away'), request, reply)],
  ])('%s', (_what, fail) => {
    const lines: string[] = [];
    fail(lines);
    expect(JSON.parse(lines[0]!)).toMatchObject({ method: 'DELETE', route: '/cas/v1/tickets/:ticket', err: { message: 'away' } });
    expect(lines.join()).not.toContain(SECRET);
  });
});
