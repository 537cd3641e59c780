import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare/run.mjs';

const text = readFileSync(path.join(root, 'Dockerfile'), 'utf8');

/** What the image sets for each process (`ENV name=value`, one a line): a room that is started here runs as it does there. */
export const imageEnvironment = Object.fromEntries([...text.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]));
