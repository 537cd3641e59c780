import { en, type Plural, type Words } from './en.ts';

/** One table a language; a new one is a file beside `en.ts` and a line here. */
const tables: Readonly<Record<string, Words>> = { en };

export const languages: readonly string[] = Object.keys(tables);

/** The table of the language asked for, of its primary subtag, or English. */
export function wordsFor(lang: string | undefined): { readonly lang: string; readonly words: Words } {
  for (const tag of [lang, lang?.split('-')[0]]) {
    if (tag !== undefined && Object.hasOwn(tables, tag)) return { lang: tag, words: tables[tag] as Words };
  }
  return { lang: 'en', words: en };
}

/** Puts texts into the marks of a sentence. A text is never searched for marks itself. */
export function fill(sentence: string, texts: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (mark, name: string) => String(texts[name] ?? mark));
}

/** The right form for a number, filled in. */
export function counted(plural: Plural, count: number, lang: string): string {
  const form = new Intl.PluralRules(lang).select(count) === 'one' ? plural.one : plural.other;
  return fill(form, { count });
}
