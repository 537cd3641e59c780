import { parseOptions } from '@node-rs/argon2';
import type { PersonEntry } from '@latchkey/contracts';
import { Problem } from '@latchkey/runtime';

/** One sign-in must not take a gigabyte because of one imported hash. */
const MOST_MEMORY_KIB = 262_144;
const MOST_PASSES = 16;

/** What the schema of an entry cannot say. @throws Problem */
export function checkEntry(entry: PersonEntry): void {
  if (textsOf(entry).some((text) => /[\0\p{Cs}]/u.test(text))) throw refused('username', 'A person cannot hold the character U+0000 or half a character.');
  if (entry.passwordHash !== undefined && !isUsable(entry.passwordHash)) {
    throw refused('passwordHash', `The hash cannot be read, or takes more than ${MOST_MEMORY_KIB} KiB or ${MOST_PASSES} passes.`);
  }
}

function textsOf({ username, name, groups, attributes }: PersonEntry): string[] {
  return [username, name, ...groups, ...Object.entries(attributes).flatMap(([key, values]) => [key, ...values])];
}

function isUsable(hash: string): boolean {
  try {
    const { memoryCost, timeCost } = parseOptions(hash);
    return memoryCost <= MOST_MEMORY_KIB && timeCost <= MOST_PASSES;
  } catch {
    return false;
  }
}

function refused(path: string, message: string): Problem {
  return new Problem(400, 'invalid_person', 'Bad request', message, { errors: [{ path, message }] });
}
