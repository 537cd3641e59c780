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
