import { describe, expect, it } from '@jest/globals';
import { pinoLogger } from './pino-logger.ts';

describe('logs hold no secret (ASVS 16.2.5)', () => {
  const line = (fields: object): string => {
    let written = '';
    pinoLogger({ level: 'info', destination: { write: (text) => (written += text) } }).info(fields, 'said');
    return written;
  };

  it.each(['password', 'secret', 'client_secret', 'cookie', 'authorization', 'ticket', 'token', 'refresh_token', 'pending'])('%s is blanked wherever it stands', (key) => {
    expect(line({ [key]: 'hunter2', request: { [key]: 'hunter2', headers: { [key]: 'hunter2' } }, tried: [{ [key]: 'hunter2' }] })).not.toContain('hunter2');
  });

  it('what moves a cursor, ends a line or turns text round is escaped (ASVS 16.4.1)', () => {
    const name = 'a\n\u001b[2Jb\u009b2Jc\u2028d\u202ee\u0085';
    const written = line({ name });
    expect(written.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(written).name).toBe(name);
  });

  it('of an error only its name, message, code, stack and cause are said, never what a driver hung on it', () => {
    const error = Object.assign(new Error('connection lost', { cause: new Error('reset') }), { code: '57P01', client: { password: 'hunter2', key: 'hunter2' } });
    const written = line({ err: error });
    expect(JSON.parse(written).err).toMatchObject({ type: 'Error', message: 'connection lost', code: '57P01', cause: { message: 'reset' } });
    expect(written).not.toContain('hunter2');
  });
});
