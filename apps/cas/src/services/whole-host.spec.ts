import { describe, expect, it } from '@jest/globals';
import type { ServiceEntry } from '@latchkey/contracts';
import type { RegistryCopy } from '@latchkey/peers';
import { FakeClock } from '@latchkey/testing';
import { service } from '../cas.fixture.ts';
import { Services } from './services.ts';

const root = (over: Partial<ServiceEntry> = {}) => service({ id: 'root', urls: ['https://app.example/'], match: 'path-prefix', ...over });
const whole = (...entries: ServiceEntry[]) =>
  new Services({ services: () => entries, service: () => undefined, onChange: () => {} } as unknown as RegistryCopy, new FakeClock()).wholeHost('https://app.example')?.service.id ?? null;

describe('a host is one service as a whole', () => {
  it('if it is registered at the root, and other services are elsewhere', () => {
    expect(whole(root())).toBe('root');
    expect(whole(root(), service({ id: 'other', urls: ['https://other.example/', 'http://app.example/', 'https://app.example:8443/', 'https://app.example.org/'] }))).toBe('root');
    expect(whole(root(), service({ id: 'other', urls: ['https://*.other.example/'], match: 'wildcard-host' }))).toBe('root');
  });
  it.each<[string, ServiceEntry[]]>([
    ['another service has a path of it', [root(), service({ id: 'admin', urls: ['https://app.example/admin/'], match: 'path-prefix' })]],
    ['another service, which is switched off, has a path of it', [root(), service({ id: 'admin', urls: ['https://app.example/admin/'], match: 'path-prefix', enabled: false })]],
    ['another service has one address of it', [root(), service({ id: 'one', urls: ['https://app.example/one?two'] })]],
    ['another service has it by an expression', [root(), service({ id: 'some', urls: ['https://app.example/a.*'], match: 'regex' })]],
    ['another service has it by a pattern of hosts', [root({ urls: ['https://app.example/'] }), service({ id: 'all', urls: ['https://*.example/x/'], match: 'wildcard-host' })]],
    ['it is registered below the root', [root({ urls: ['https://app.example/app/'] })]],
    ['it is registered as one address', [root({ match: 'exact' })]],
    ['it is registered by a pattern', [root({ urls: ['https://*.example/'], match: 'wildcard-host' })]],
    ['it is switched off', [root({ enabled: false })]],
    ['nobody has it', []],
  ])('not if %s', (_why, entries) => expect(whole(...entries)).toBeNull());
});
