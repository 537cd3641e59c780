/** Values a label may have: a list, or in words what keeps them few. Never what a person or an application sent. */
export type LabelBounds = Readonly<Record<string, readonly string[] | string>>;

export interface Metric<Kind extends string = string, Labels extends LabelBounds = LabelBounds> {
  readonly kind: Kind;
  readonly help: string;
  readonly labels: Labels;
  readonly buckets?: readonly number[];
}

export function counter<const Labels extends LabelBounds>(help: string, labels: Labels): Metric<'counter', Labels> {
  return { kind: 'counter', help, labels };
}

export function gauge<const Labels extends LabelBounds>(help: string, labels: Labels): Metric<'gauge', Labels> {
  return { kind: 'gauge', help, labels };
}

export function histogram<const Labels extends LabelBounds>(help: string, buckets: readonly number[], labels: Labels): Metric<'histogram', Labels> {
  return { kind: 'histogram', help, labels, buckets };
}
