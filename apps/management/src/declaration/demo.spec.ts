import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { declarativeSchemaText } from './json-schema.ts';
import { parseDeclaration } from './parse-declaration.ts';

const root = new URL('../../../../', import.meta.url);

describe('what the repository ships of the declarative file', () => {
  it('is a demo that is accepted', () => {
    const parsed = parseDeclaration(readFileSync(new URL('examples/demo.yaml', root), 'utf8'));
    expect('errors' in parsed ? parsed.errors : []).toEqual([]);
  });

  it('is the JSON Schema of this code: `npm run schema -w @latchkey/management` writes it', () => {
    expect(readFileSync(new URL('docs/latchkey.schema.json', root), 'utf8')).toBe(declarativeSchemaText);
  });
});
