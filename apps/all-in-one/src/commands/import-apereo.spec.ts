import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseDeclaration } from '@latchkey/management';
import { importApereo } from './import-apereo.ts';

const fixtures = fileURLToPath(new URL('../../../management/test/apereo-services', import.meta.url));
const library = (over: object = {}) => JSON.stringify({ '@class': 'org.apereo.cas.services.CasRegisteredService', serviceId: '^https://a\\.example\\.org/.*', name: 'A', id: 1, ...over });

describe('latchkey import apereo-services', () => {
  let folder: string;
  const said: string[] = [];
  const warned: string[] = [];
  const voices = { say: (line: string) => void said.push(line), warn: (line: string) => void warned.push(line) };
  const registry = (files: Record<string, string>): string => {
    const made = mkdtempSync(join(folder, 'registry-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(made, name, '..'), { recursive: true });
      writeFileSync(join(made, name), text);
    }
    return made;
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-import-'));
  });
  beforeEach(() => {
    said.length = 0;
    warned.length = 0;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes a declarative file and a report, and says how many', async () => {
    const [out, report] = [join(folder, 'services.yaml'), join(folder, 'report.md')];
    await importApereo(fixtures, { out, report }, voices);
    const parsed = parseDeclaration(readFileSync(out, 'utf8'));
    expect('ok' in parsed && parsed.ok.services.length).toBe(18);
    expect(readFileSync(report, 'utf8')).toContain('cas-client/Open Shop-1005.json');
    expect(said).toEqual([]);
    expect(warned).toEqual([expect.stringMatching(/^22 read; 18 services written, 6 of them disabled; 5 not converted\..*report\.md/)]);
  });

  it('without files to write to says both, each in its stream', async () => {
    await importApereo(registry({ 'A-1.json': library({ theme: 'x' }), 'README.txt': '', '.git/x.json': '{' }), {}, voices);
    expect('ok' in parseDeclaration(said.join('\n'))).toBe(true);
    expect(warned.join('\n')).toMatch(/theme[^]*README\.txt|README\.txt[^]*theme/);
  });

  it.each([
    ['a folder that does not exist', () => join(folder, 'nowhere'), /nowhere does not exist\.$/],
    ['a file', () => join(registry({ 'A-1.json': library() }), 'A-1.json'), /A-1\.json is a file, not a folder\.$/],
    ['a folder without a definition', () => registry({ 'README.txt': '' }), /holds no \.json file\.$/],
    ['broken JSON', () => registry({ 'A-1.json': library(), 'B-2.json': '{' }), /^B-2\.json cannot be read: line 1: the file ends before its }\.$/],
    ['a definition without serviceId', () => registry({ 'A-1.json': library({ serviceId: undefined }) }), /^A-1\.json has no serviceId/],
    ['two with the same id', () => registry({ 'A-1.json': library(), 'x/B-1.json': library({ name: 'B' }) }), /^A-1\.json and x\/B-1\.json have the same id 1;/],
    ['nothing that can be converted', () => registry({ 'A-1.json': library({ serviceId: '^(https|imaps)://.*' }) }), /^Nothing of .* can be converted/],
  ])('refuses %s, and what was written before stays', async (_, made, message) => {
    const out = join(folder, 'kept.yaml');
    writeFileSync(out, 'before');
    await expect(importApereo(made(), { out, report: join(folder, 'kept.md') }, voices)).rejects.toThrow(message);
    expect(readFileSync(out, 'utf8')).toBe('before');
    expect(readdirSync(folder).filter((name) => name.endsWith('.next') || name === 'kept.md')).toEqual([]);
  });

  it('does not write both to one file', async () => {
    const out = join(folder, 'one.yaml');
    await expect(importApereo(fixtures, { out, report: out }, voices)).rejects.toThrow(/cannot go to the same file\.$/);
  });

  it('writes neither file if one of them cannot be written', async () => {
    const out = join(folder, 'half.yaml');
    await expect(importApereo(fixtures, { out, report: join(folder, 'no', 'such', 'report.md') }, voices)).rejects.toThrow(/report\.md\.next cannot be written \(ENOENT\)\.$/);
    expect(existsSync(out)).toBe(false);
    expect(existsSync(`${out}.next`)).toBe(false);
  });
});
