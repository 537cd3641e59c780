import { inOrder, orderOf, type Overlap } from './precedence.ts';
import type { Definition } from './read-definitions.ts';
import type { Outcome } from './report.ts';

/**
 * Where two definitions of the same order match an address, CAS takes the one whose name comes first, and Latchkey the more exact one.
 * Then each gets a number of its own, as CAS asks them. @returns null where their own orders will do
 */
export function numbersFor(definitions: readonly Definition[], overlaps: readonly Overlap[]): ReadonlyMap<Definition, number> | null {
  if (!overlaps.some(({ first, second, shared }) => shared && orderOf(first) === orderOf(second))) return null;
  return new Map(inOrder(definitions).map((definition, place) => [definition, (place + 1) * STEP]));
}

/** Room for a service between two. */
const STEP = 10;

/** What the first of two no longer covers is the second one's now. */
export function withWarnings(outcomes: readonly Outcome[], overlaps: readonly Overlap[]): readonly Outcome[] {
  const of = new Map(outcomes.map((outcome) => [outcome.definition, outcome]));
  return outcomes.map((outcome) => {
    if (outcome.converted === null) return outcome;
    const before = overlaps.filter(({ second }) => second === outcome.definition).map(({ first }) => of.get(first)!);
    const warnings = before.filter(({ converted }) => converted === null || converted.narrowed).map(({ definition: { file, name }, converted }) => ({
      weight: 'changed' as const,
      field: 'evaluationOrder',
      value: name,
      why: `came before this service and ${converted === null ? 'is not converted' : 'covers fewer addresses now'}: addresses that were its own may be of this service (${file})`,
      todo: 'see that nothing is left to this service that was kept from it, and register those addresses by hand',
    }));
    return { ...outcome, converted: { ...outcome.converted, remarks: [...outcome.converted.remarks, ...warnings] } };
  });
}
