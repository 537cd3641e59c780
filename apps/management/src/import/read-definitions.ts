import { BrokenHjson, readHjson, type Value } from './hjson.ts';

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

export interface Definition {
  readonly file: string;
  /** Of the definition, or of its file, which Apereo CAS calls `<name>-<id>.json`. */
  readonly name: string;
  readonly number: string;
  readonly values: ReadonlyMap<string, Value>;
}

/** Files that cannot be what they should be: one sentence for each. */
export class ImportRefused extends Error {
  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.name = 'ImportRefused';
  }
}

/** @throws ImportRefused with everything that is wrong */
export function readDefinitions(files: readonly SourceFile[]): readonly Definition[] {
  const wrong: string[] = [];
  const definitions = files.flatMap((file) => {
    const read = readDefinition(file);
    if (typeof read !== 'string') return [read];
    wrong.push(read);
    return [];
  });
  wrong.push(...doubles(definitions, 'id', ({ number }) => number), ...doubles(definitions, 'name', ({ name }) => name));
  if (wrong.length > 0) throw new ImportRefused(wrong);
  return definitions;
}

function readDefinition({ name: file, text }: SourceFile): Definition | string {
  const values = parsed(text);
  if (typeof values === 'string') return `${file} cannot be read: ${values}.`;
  if (!(values instanceof Map)) return `${file} holds no object, so it is no service definition.`;
  const object = values as ReadonlyMap<string, Value>;
  const serviceId = object.get('serviceId');
  if (typeof serviceId !== 'string' || serviceId.trim() === '') return `${file} has no serviceId, so nobody knows which addresses it is for.`;
  const [, stem, ending] = /^(.*?)(?:-(-?\d+))?\.json$/i.exec(file.slice(file.lastIndexOf('/') + 1)) ?? [];
  const name = object.get('name');
  return { file, values: object, name: typeof name === 'string' && name !== '' ? name : (stem ?? file), number: String(object.get('id') ?? ending ?? '') };
}

function parsed(text: string): Value {
  try {
    return readHjson(text);
  } catch (error) {
    if (error instanceof BrokenHjson) return error.message;
    throw error;
  }
}

/** CAS keeps one of two definitions with the same id, and nobody knows which. */
function doubles(definitions: readonly Definition[], what: string, of: (definition: Definition) => string): string[] {
  const first = new Map<string, Definition>();
  return definitions.flatMap((definition) => {
    const key = of(definition);
    const other = first.get(key);
    if (key === '' || other === undefined) {
      first.set(key, definition);
      return [];
    }
    return [`${other.file} and ${definition.file} have the same ${what} ${key}; give one of them another, or take it away.`];
  });
}
