import { z } from 'zod';
import { declarationSchema } from './schema.ts';

/** For editors: `# yaml-language-server: $schema=…/docs/latchkey.schema.json`. */
export const declarativeSchema: object = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Latchkey declaration',
  description: 'The people, services, clients and resources of one Latchkey (latchkey.yaml).',
  ...z.toJSONSchema(declarationSchema, { io: 'input' }),
};

export const declarativeSchemaText = `${JSON.stringify(declarativeSchema, null, 2)}\n`;
