import { parseDeclaration } from '../declaration/parse-declaration.ts';
import { convertDefinition } from './definition.ts';
import { overlapsOf } from './precedence.ts';
import { numbersFor, withWarnings } from './overlapping.ts';
import { readDefinitions, type Definition, type SourceFile } from './read-definitions.ts';
import { Untranslatable } from './remarks.ts';
import { writeReport, type Outcome } from './report.ts';
import { serviceIds } from './service-ids.ts';
import { writeServices } from './write-services.ts';

export interface ImportedServices {
  /** A declarative file with the services and nothing else. */
  readonly yaml: string;
  readonly report: string;
  readonly read: number;
  readonly written: number;
  /** Of those written: with a condition that has no counterpart. */
  readonly closed: number;
  readonly refused: number;
}

/**
 * Service definitions of Apereo CAS as a declarative file, and what of them has no counterpart. No service is open to more people, and
 * none covers more addresses, than its definition: a service with a condition that cannot be kept is written disabled.
 * @throws ImportRefused for files that CAS would not load either; nothing is converted then
 */
export function importApereoServices(files: readonly SourceFile[], notRead: readonly string[] = []): ImportedServices {
  const definitions = readDefinitions(files);
  const ids = serviceIds(definitions);
  const convert = (numbers: ReadonlyMap<Definition, number> | null): readonly Outcome[] =>
    definitions.map((definition) => outcome(definition, ids.get(definition)!, numbers?.get(definition)));
  const overlaps = overlapsOf(convert(null));
  const numbers = numbersFor(definitions, overlaps ?? []);
  const outcomes = withWarnings(convert(numbers), overlaps ?? []);
  const written = outcomes.flatMap(({ definition, converted }) => (converted === null ? [] : [{ file: definition.file, ...converted }]));
  const yaml = writeServices(written);
  const parsed = parseDeclaration(yaml);
  if ('errors' in parsed) throw new Error(`The file that was made is not right: ${parsed.errors.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
  const closed = written.filter(({ remarks }) => remarks.some(({ weight }) => weight === 'closed'));
  return {
    yaml,
    report: writeReport(outcomes, { notRead, numbered: numbers !== null, compared: overlaps !== null }),
    read: files.length,
    written: parsed.ok.services.length,
    closed: closed.flatMap(({ services }) => services).length,
    refused: outcomes.length - written.length,
  };
}

function outcome(definition: Definition, id: string, order: number | undefined): Outcome {
  try {
    return { definition, converted: convertDefinition(definition.values, { id, name: definition.name, order }), refusal: null };
  } catch (error) {
    if (error instanceof Untranslatable) return { definition, converted: null, refusal: error };
    throw error;
  }
}
