import type { Definition } from './read-definitions.ts';

/** Names as ids; two that would be one get the number of their definition. */
export function serviceIds(definitions: readonly Definition[]): ReadonlyMap<Definition, string> {
  const plain = new Map(definitions.map((definition) => [definition, slug(definition.name)]));
  const times = new Map<string, number>();
  for (const id of plain.values()) times.set(id, (times.get(id) ?? 0) + 1);
  const taken = new Set<string>();
  return new Map(
    definitions.map((definition, index) => {
      const id = plain.get(definition)!;
      const number = definition.number.replace(/[^0-9]/g, '') || String(index + 1);
      const chosen = id !== '' && times.get(id) === 1 && !taken.has(id) ? id : `${(id || 'service').slice(0, 63 - number.length)}-${number}`;
      taken.add(chosen);
      return [definition, chosen];
    }),
  );
}

function slug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64)
    .replace(/[^a-z0-9]+$/, '');
}
