import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { originalRequest, wantsPage } from './original-request.ts';

const request = (headers: Record<string, string>, url = '/forward-auth', method = 'GET') => ({ headers, url, method }) as unknown as FastifyRequest;
const forwarded = (over: Record<string, string> = {}) => ({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'app.example', 'x-forwarded-uri': '/a?b=c', 'x-forwarded-method': 'GET', ...over });
const read = (headers: Record<string, string>, url?: string) => {
  try {
    const { address, query, method, fault } = originalRequest(request(headers, url));
    return address === null ? fault !== null : `${method} ${address}${query}`;
  } catch (error) {
    return (error as { status: number }).status;
  }
};

describe('the address that a proxy asks about', () => {
  it.each([
    ['nginx: one header', { 'x-original-url': 'https://app.example/a?b=c' }],
    ['Traefik and Caddy: three headers', forwarded()],
    ['both, when they say the same', { ...forwarded(), 'x-original-url': 'https://app.example/a?b=c', 'x-original-method': 'GET' }],
    ['the default port and the case of the host do not count', forwarded({ 'x-forwarded-host': 'App.Example:443' })],
    ['scheme and host of a proxy further out do not count beside the whole address', { 'x-original-url': 'https://app.example/a?b=c', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'inner' }],
  ])('%s', (_what, headers) => expect(read(headers)).toBe('GET https://app.example/a?b=c'));

  it('Envoy: the path after ours, and the name of the host itself', () => {
    expect(read({ host: 'app.example', 'x-forwarded-proto': 'https' }, '/forward-auth/a?b=c')).toBe('GET https://app.example/a?b=c');
    expect(read({ host: 'app.example', 'x-forwarded-proto': 'https' }, '/forward-auth/')).toBe('GET https://app.example/');
  });

  it.each<[string, Record<string, string>, string?]>([
    ['nothing at all', {}],
    ['a client that names another address beside what Traefik says', { ...forwarded(), 'x-original-url': 'https://public.example/' }],
    ['a client that names another address beside what nginx says', { 'x-original-url': 'https://app.example/a', ...forwarded({ 'x-forwarded-uri': '/public' }) }],
    ['a client that names another address beside the path of Envoy', { host: 'app.example', 'x-forwarded-proto': 'https', 'x-original-url': 'https://app.example/public' }, '/forward-auth/a'],
    ['another scheme', { ...forwarded(), 'x-original-url': 'http://app.example/a?b=c' }],
    ['another query', { ...forwarded(), 'x-original-url': 'https://app.example/a?b=d' }],
    ['two methods', { ...forwarded(), 'x-original-method': 'POST' }],
    ['a repeated header', { 'x-original-url': 'https://app.example/a, https://public.example/' }],
    ['a repeated host', forwarded({ 'x-forwarded-host': 'app.example, public.example' })],
    ['no host', forwarded({ 'x-forwarded-host': '' })],
    ['no scheme', forwarded({ 'x-forwarded-proto': '' })],
    ['a scheme that is none', forwarded({ 'x-forwarded-proto': 'javascript' })],
    ['a path that is none', forwarded({ 'x-forwarded-uri': 'a' })],
    ['a user part', forwarded({ 'x-forwarded-host': 'app.example@evil.example' })],
    ['a whole address as path', forwarded({ 'x-forwarded-uri': 'https://public.example/' })],
    ['a fragment', { 'x-original-url': 'https://app.example/#a' }],
    ['a backslash after the scheme', { 'x-original-url': 'https:\\\\app.example/' }],
    ['bytes that are no ASCII', { 'x-original-url': 'https://app.example/\u00e4' }],
    ['a host with dots that are none', { 'x-original-url': 'https://app\u3002example/' }],
    ['white space', { 'x-original-url': 'https://app.example/a b' }],
  ])('%s: 400', (...[, headers, url]) => expect(read(headers, url)).toBe(400));

  it.each<[string, Record<string, string>, string?]>([
    ['dot segments', { 'x-original-url': 'https://app.example/public/../a' }],
    ['encoded dot segments', { 'x-original-url': 'https://app.example/public/%2e%2e/a' }],
    ['an encoded slash', { 'x-original-url': 'https://app.example/public%2Fa' }],
    ['a backslash', { 'x-original-url': 'https://app.example/public\\..\\a' }],
    ['dot segments behind a semicolon', { 'x-original-url': 'https://app.example/public/..;/a' }],
    ['a stray percent sign', { 'x-original-url': 'https://app.example/100%' }],
  ])('%s: known as a path that can be read in two ways', (...[, headers, url]) => expect(read(headers, url)).toBe(true));

  it('a query may hold what it likes: it decides nothing', () =>
    expect(read({ 'x-original-url': 'https://app.example/?ticket=5&next=..%2F..%2F&x=%2e' })).toBe('GET https://app.example/?ticket=5&next=..%2F..%2F&x=%2e'));
});

describe('who is sent to sign in', () => {
  const wants = (headers: Record<string, string>, method = 'GET') => {
    const asked = request({ 'x-original-url': 'https://app.example/', 'x-original-method': method, ...headers });
    return wantsPage(asked, originalRequest(asked));
  };
  it('a browser that goes to a page', () => {
    expect(wants({ accept: 'text/html,*/*' })).toBe(true);
    expect(wants({ accept: 'text/html', 'sec-fetch-mode': 'navigate' }, 'HEAD')).toBe(true);
  });
  it.each<[string, Record<string, string>, string?]>([
    ['a script', { accept: '*/*' }],
    ['a script that says nothing of what it takes', {}],
    ['a script of a page', { accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' }],
    ['fetch() of a page', { accept: 'text/html', 'sec-fetch-mode': 'cors' }],
    ['a form that is posted', { accept: 'text/html' }, 'POST'],
  ])('not %s', (...[, headers, method]) => expect(wants(headers, method)).toBe(false));
});
