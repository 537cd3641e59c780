import os from 'node:os';
import path from 'node:path';

/** A folder of the user's cache, outside the clone: what is dear to make is made once a machine. */
export const cacheFolder = (name) => path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'latchkey', name);
