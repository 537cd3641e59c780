import type { z } from 'zod';
import type { DeclarationError } from './declaration-error.ts';
import type { SourceMap } from './source-map.ts';

type Issue = z.core.$ZodIssue;

/** What zod found, in words for the person who wrote the file, at the line where they wrote it. */
export function shapeErrors(issues: readonly Issue[], map: SourceMap): DeclarationError[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => map.keyError(issue.path, key, 'is not a known key here'));
    if (issue.code === 'invalid_key') {
      const key = String(issue.path.at(-1));
      return [map.keyError(issue.path.slice(0, -1), key, issue.issues.map(issueMessage).join(', '))];
    }
    return [map.error(issue.path, issueMessage(issue))];
  });
}

/** Sentences without a subject: the path before them is one. */
export function issueMessage(issue: Pick<Issue, 'code' | 'message'> & { expected?: string | undefined; values?: readonly unknown[] }): string {
  if (issue.code === 'invalid_type') {
    if (issue.message.endsWith('received undefined')) return 'is missing';
    const expected = EXPECTED[issue.expected ?? ''] ?? `must be ${issue.expected ?? 'something else'}`;
    return issue.message.endsWith('received null') ? `is empty: ${expected}` : expected;
  }
  if (issue.code === 'invalid_value') return `must be one of ${(issue.values ?? []).map(String).join(', ')}`;
  if (issue.code === 'unrecognized_keys') return 'is not known here';
  return issue.message;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'must be text; put numbers, dates, yes and no into quotes',
  array: 'must be a list, also when it has a single value',
  object: 'must be a set of keys',
  record: 'must be a set of keys',
  boolean: 'must be true or false',
  int: 'must be a whole number',
};
