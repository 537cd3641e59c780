// Hooks for node:module: TypeScript is translated while it is imported, by the compiler that builds and tests use.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';
import { swcOptions } from './compiler.mjs';

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const file = fileURLToPath(url);
  const { code } = await transform(await readFile(file, 'utf8'), { ...swcOptions(false), filename: file, sourceMaps: 'inline' });
  return { format: 'module', source: code, shortCircuit: true };
}
