import { type Pool } from 'pg';

export const SHOW = {
  title: 'The Lighthouse at Low Water',
  author: 'A play in two acts',
  venue: 'The Marlowe Playhouse',
  timeZone: 'Europe/London',
} as const;

const DAYS_AHEAD = 27;

/** Thursdays, Fridays and Saturdays at half past seven, four weeks ahead. Running it again adds only what is new. */
const OPEN = `
  WITH opened AS (
    INSERT INTO performance (id, starts_at)
    SELECT to_char(day, 'YYYY-MM-DD'), (day + interval '19 hours 30 minutes') AT TIME ZONE '${SHOW.timeZone}'
    FROM generate_series($1::date, $1::date + ${DAYS_AHEAD}, interval '1 day') AS day
    WHERE extract(isodow FROM day) IN (4, 5, 6)
    ON CONFLICT DO NOTHING
    RETURNING id
  )
  INSERT INTO block (performance_id, name, position, capacity, price_pence, free)
  SELECT opened.id, b.name, b.position, b.capacity, b.price, b.capacity
  FROM opened, (VALUES ('Stalls', 1, 96, 4200), ('Circle', 2, 56, 3400), ('Gallery', 3, 32, 1800))
    AS b (name, position, capacity, price)
  ON CONFLICT DO NOTHING`;

export async function openSeason(pool: Pool, now: number): Promise<void> {
  await pool.query(OPEN, [new Date(now).toISOString().slice(0, 10)]);
}
