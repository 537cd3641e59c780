import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigRefused, loadConfig } from './load-config.ts';

const SCHEMA = z.object({ PORT: z.coerce.number().int(), NAME: z.string(), SECRET: z.string().min(8).optional() });

describe('settings (design §10)', () => {
  it('all problems are reported together, by name and without a value', () => {
    const load = (): unknown => loadConfig(SCHEMA, { PORT: 'eighty', SECRET: 'hunter2' });
    expect(load).toThrow(ConfigRefused);
    try {
      load();
    } catch (error) {
      expect((error as ConfigRefused).problems).toHaveLength(3);
      expect((error as ConfigRefused).message).toMatch(/PORT.*\n.*NAME.*\n.*SECRET/);
      expect((error as ConfigRefused).message).not.toContain('hunter2');
    }
  });
  it('NAME_FILE stands for the file that holds it, without its last line end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    writeFileSync(join(folder, 'secret'), 'a long secret\n');
    expect(loadConfig(SCHEMA, { PORT: '1', NAME: 'x', SECRET_FILE: join(folder, 'secret') })).toEqual({ PORT: 1, NAME: 'x', SECRET: 'a long secret' });
    rmSync(folder, { recursive: true });
  });
  it('an empty file is a setting that was not given, as an empty value is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    writeFileSync(join(folder, 'secret'), '');
    expect(loadConfig(SCHEMA, { PORT: '1', NAME: 'x', SECRET_FILE: join(folder, 'secret') })).toEqual({ PORT: 1, NAME: 'x' });
    rmSync(folder, { recursive: true });
  });
  it('a file that cannot be read, and a setting given twice, are problems', () => {
    expect(() => loadConfig(SCHEMA, { PORT: '1', NAME: 'x', SECRET_FILE: '/nowhere' })).toThrow('SECRET_FILE');
    expect(() => loadConfig(SCHEMA, { PORT: '1', NAME: 'x', NAME_FILE: '/nowhere' })).toThrow('given twice');
  });
});
