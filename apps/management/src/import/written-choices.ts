import { NotCarriedOver, readJavaRegex, unanchored, type Branch } from './java-regex.ts';

const MOST = 50;

/** The texts that a pattern stands for, if they are few; null: they are many, or it is no pattern that can be read. */
export function writtenChoices(pattern: string): readonly string[] | null {
  try {
    return unanchored(readJavaRegex(pattern)).flatMap((branch) => spelled(branch));
  } catch (error) {
    if (error instanceof NotCarriedOver) return null;
    throw error;
  }
}

function spelled(branch: Branch): readonly string[] {
  return branch.reduce<readonly string[]>((texts, node) => {
    const next =
      node.kind === 'char' ? [node.char]
      : node.kind === 'choice' ? node.branches.flatMap(spelled)
      : node.kind === 'repeat' && node.least === 0 && node.most === 1 ? ['', ...spelled([node.node])]
      : null;
    if (next === null || texts.length * next.length > MOST) throw new NotCarriedOver('stands for many texts');
    return texts.flatMap((text) => next.map((end) => text + end));
  }, ['']);
}
