/** Facts about interactions count for 10 minutes (design: sign-in and consent answer by facts). Older ones are pruned as new ones come. */
const LIFE_SECONDS = 600;
/** One session cannot make its own row and copy grow without end. */
const MOST = 20;

/**
 * SQL for the `answered` list of a row with one fact added; with a null interaction the list is only pruned.
 * A fact is told apart by interaction and kind, so that writing it twice is writing it once.
 */
export function withFact(list: string, interaction: string, kind: string): string {
  return `(
    SELECT coalesce(jsonb_agg(kept.fact ORDER BY kept.place), '[]') FROM (
      SELECT fact, place FROM jsonb_array_elements(
        ${list} || CASE WHEN ${interaction}::text IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object(
          'interaction', ${interaction}::text, 'kind', ${kind}::text, 'at', floor(extract(epoch FROM now()))::bigint)) END
      ) WITH ORDINALITY AS every (fact, place)
      WHERE (fact->>'at')::bigint > extract(epoch FROM now()) - ${LIFE_SECONDS}
        AND (place > jsonb_array_length(${list}) OR ${interaction}::text IS NULL
          OR (fact->>'interaction', fact->>'kind') <> (${interaction}::text, ${kind}::text))
      ORDER BY place DESC LIMIT ${MOST}) kept)`;
}
