import type { ResourceEntry } from '@latchkey/contracts';
import { hashClientSecret } from '../registry/client-secret.ts';
import { crossFaults } from './cross-checks.ts';
import type { DeclarationError } from './declaration-error.ts';
import { readYaml } from './read-yaml.ts';
import { declarationSchema, type Declaration, type WrittenDeclaration } from './schema.ts';
import { shapeErrors } from './shape-errors.ts';

export type ParsedDeclaration = { readonly ok: Declaration } | { readonly errors: readonly DeclarationError[] };

/** Text → YAML → shape → sense. Each step reports everything it finds; the next begins only when there is nothing. */
export function parseDeclaration(text: string, builtIn: readonly ResourceEntry[] = []): ParsedDeclaration {
  const read = readYaml(text);
  if ('errors' in read) return { errors: inOrder(read.errors) };

  const shaped = declarationSchema.safeParse(read.data);
  if (!shaped.success) return { errors: inOrder(shapeErrors(shaped.error.issues, read.map)) };

  const declaration = withHashedSecrets(shaped.data);
  const faults = crossFaults(shaped.data, declaration, builtIn);
  if (faults.length > 0) return { errors: inOrder(faults.map(({ path, message }) => read.map.error(path, message))) };

  return { ok: declaration };
}

function withHashedSecrets(written: WrittenDeclaration): Declaration {
  return {
    ...written,
    clients: written.clients.map(({ secret, ...client }) =>
      secret === undefined ? client : { ...client, secretHash: hashClientSecret(secret) },
    ),
  };
}

function inOrder(errors: readonly DeclarationError[]): DeclarationError[] {
  return [...errors].sort((one, other) => one.line - other.line || one.column - other.column);
}
