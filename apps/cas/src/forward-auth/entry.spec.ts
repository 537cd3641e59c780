import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import type { RegistryCopy } from '@latchkey/peers';
import { FakeClock } from '@latchkey/testing';
import { service } from '../cas.fixture.ts';
import { Services } from '../services/services.ts';
import { arrivalOf, backTo, entryAddress } from './entry.ts';
import { originalRequest } from './original-request.ts';

const entries = [
  service({ id: 'app', urls: ['https://app.example/'], match: 'path-prefix' }),
  service({ id: 'admin', urls: ['https://app.example/team/admin'], match: 'path-prefix' }),
  service({ id: 'tenants', urls: ['https://*.tenants.example/'], match: 'wildcard-host' }),
  service({ id: 'exact', urls: ['https://exact.example/only'] }),
];
const services = new Services({ services: () => entries, service: () => undefined, onChange: () => {} } as unknown as RegistryCopy, new FakeClock());
const asked = (url: string) => originalRequest({ headers: { 'x-original-url': url }, url: '/.latchkey/check', method: 'GET' } as unknown as FastifyRequest);
const entry = (url: string, to = '/') => {
  const original = asked(url);
  return entryAddress(services, services.find(original.address!)!, original, { state: 's', to });
};

describe('where people come back to with their ticket', () => {
  it.each([
    ['the root of the host', 'https://app.example/a/b?c', 'https://app.example/.latchkey/enter?'],
    ['below the path of a service that has a part of the host', 'https://app.example/team/admin/users/7', 'https://app.example/team/admin/.latchkey/enter?'],
    ['the same, asked at the path itself', 'https://app.example/team/admin', 'https://app.example/team/admin/.latchkey/enter?'],
    ['each host of a pattern for itself', 'https://a.tenants.example/x', 'https://a.tenants.example/.latchkey/enter?'],
  ])('%s', (_where, url, start) => expect(entry(url)).toBe(`${start}state=s&to=%2F`));
  it('nowhere, where exact addresses leave no place for ours', () => expect(entry('https://exact.example/only')).toBeNull());
  it('carries what they wanted, and of what is too long the path', () => {
    expect(entry('https://app.example/', '/a b?c=d&e')).toBe('https://app.example/.latchkey/enter?state=s&to=%2Fa+b%3Fc%3Dd%26e');
    expect(entry('https://app.example/', `/a?${'b'.repeat(3_000)}`)).toBe('https://app.example/.latchkey/enter?state=s&to=%2Fa');
    expect(entry('https://app.example/', `/${'b'.repeat(3_000)}`)).toBe('https://app.example/.latchkey/enter?state=s&to=%2F');
  });
});

describe('what they come back with', () => {
  const service = 'https://app.example/.latchkey/enter?state=s&to=%2Fa%3Fticket%3D5';
  it('is the service URL as it was, and the ticket at its end', () => expect(arrivalOf(asked(`${service}&ticket=ST-1`))).toEqual({ service, ticket: 'ST-1', state: 's', to: '/a?ticket=5' }));
  it.each(['', '&ticket=', '&ticket=ST-1&x=y', '&ticket=ST-1&ticket=ST-2'])('with %j at its end it is nothing', (end) => expect(arrivalOf(asked(service + end))).toBeNull());
});

describe('where they go on: to this host and no other (security.md 2)', () => {
  it.each(['//evil.example/', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)', '', '/\t/evil.example', '\\\\evil.example', '@evil.example/', '.evil.example/', ':80@evil.example/'])('%j', (to) =>
    expect(new URL(backTo(asked('https://app.example/'), to)).origin).toBe('https://app.example'),
  );
  it.each(['/', '/a/b?c=d#e', '/a?next=https://other.example/'])('%j is a good one', (to) => expect(backTo(asked('https://app.example/'), to)).toBe(`https://app.example${to}`));
});
