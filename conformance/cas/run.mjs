// `npm run conformance:cas`: runs the suite, which is TypeScript, without a build of it.
import { register } from 'node:module';

register('../../tools/prepare/typescript-hooks.mjs', import.meta.url);
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
