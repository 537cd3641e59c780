import { COMMON_WORDS } from './common-passwords.ts';

export type PasswordFault = 'too-short' | 'too-long' | 'too-common';

/** The one rule for every way in which a password is set: by its person, by an administrator, at the set-up. */
export class PasswordRules {
  constructor(private readonly minLength: number) {}

  fault(password: string, person: { readonly username: string; readonly name: string }): PasswordFault | null {
    return passwordFault(password, { minLength: this.minLength, context: [person.username, person.name] });
  }

  /** The fault in words, for those who set somebody's password through an API. */
  whyNot(password: string, person: { readonly username: string; readonly name: string }): string | null {
    switch (this.fault(password, person)) {
      case 'too-short':
        return `The password is shorter than ${this.minLength} characters.`;
      case 'too-long':
        return 'The password is longer than 256 characters or 1,024 bytes.';
      case 'too-common':
        return 'The password consists of common words, the name of the person or a simple row of characters.';
      case null:
        return null;
    }
  }
}

/** Characters that must be left when everything that a guesser tries first is taken out. */
const LEAST_OF_ITS_OWN = 6;

/**
 * Length and a blocklist of common and context words; no composition rule, no truncation.
 * @see NIST SP 800-63B-4 §3.1.1.2; ASVS 6.2.4, 6.2.11
 */
export function passwordFault(password: string, rules: { minLength: number; context: readonly string[] }): PasswordFault | null {
  const characters = [...password.normalize('NFC')];
  if (characters.length < rules.minLength) return 'too-short';
  if (characters.length > 256 || Buffer.byteLength(password) > 1024) return 'too-long';
  return isCommon(password, rules.context) ? 'too-common' : null;
}

function isCommon(password: string, context: readonly string[]): boolean {
  let rest = password.normalize('NFKC').toLowerCase();
  const words = [...context.flatMap(wordsOf), ...COMMON_WORDS].sort((a, b) => b.length - a.length);
  for (const word of words) rest = rest.replaceAll(word, '');
  return new Set(collapsed(rest)).size < LEAST_OF_ITS_OWN;
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .concat(text.toLowerCase())
    .filter((word) => word.length >= 3);
}

/** Runs up or down the code table (`abcdef`, `98765`) count as one character. */
function collapsed(text: string): string[] {
  const characters = [...text];
  return characters.filter((character, index) => {
    const before = characters[index - 1];
    return before === undefined || Math.abs(character.codePointAt(0)! - before.codePointAt(0)!) > 1;
  });
}
