import { writeFileSync } from 'node:fs';
import { declarativeSchemaText } from './json-schema.ts';

writeFileSync(new URL('../../../../docs/latchkey.schema.json', import.meta.url), declarativeSchemaText);
