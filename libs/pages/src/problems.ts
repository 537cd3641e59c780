import { type Maybe } from './context.ts';
import { type Scene } from './page.tsx';
import { type Words } from './words/en.ts';
import { counted } from './words/words.ts';

/** What is wrong with a field: a code that the words table explains, or a sentence of the caller. */
export type FieldProblem = FieldProblemCode | { readonly text: string };

export type FieldProblemCode =
  | 'missing'
  | 'wrong'
  | 'too-short'
  | 'too-long'
  | 'too-common'
  | 'unchanged'
  | 'taken'
  | 'not-allowed';

export interface ExplainedField {
  readonly id: string;
  readonly problem: Maybe<FieldProblem>;
  readonly missing: keyof Words['problems']['missing'];
}

/** Each problem in words, in the order of the fields; fields without one are left out. */
export function explain(scene: Scene, minLength: number, fields: readonly ExplainedField[]): ReadonlyMap<string, string> {
  const { problems } = scene.words;
  const explained = new Map<string, string>();
  for (const { id, problem, missing } of fields) {
    if (problem == null) continue;
    if (typeof problem === 'object') explained.set(id, problem.text);
    else if (problem === 'missing') explained.set(id, problems.missing[missing]);
    else if (problem === 'too-short') explained.set(id, counted(problems['too-short'], minLength, scene.lang));
    else explained.set(id, problems[problem]);
  }
  return explained;
}

/** The code for machines, in snake_case as every `data-error`: the problem's own when there is just one. */
export function codeOf(fields: readonly ExplainedField[]): string {
  const codes = fields.flatMap(({ problem }) => (problem == null ? [] : [typeof problem === 'object' ? 'refused' : problem.replaceAll('-', '_')]));
  return codes.length === 1 ? (codes[0] as string) : 'several';
}
