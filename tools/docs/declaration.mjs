import { built } from './rooms.mjs';

export async function declarationSchema() {
  const { declarativeSchema } = await built('apps/management');
  return `${JSON.stringify(declarativeSchema, null, 2)}\n`;
}
