export const PERFORMANCES = `
  SELECT p.id, p.starts_at AS "startsAt",
    json_agg(json_build_object(
      'name', b.name, 'capacity', b.capacity, 'pricePence', b.price_pence,
      'free', b.free + coalesce((
        SELECT sum(h.seats) FROM hold h
        WHERE h.performance_id = b.performance_id AND h.block = b.name AND h.expires_at <= $1), 0)
    ) ORDER BY b.position) AS blocks
  FROM performance p JOIN block b ON b.performance_id = p.id
  WHERE p.starts_at > $1
  GROUP BY p.id
  ORDER BY p.starts_at`;

/** The one conditional update a block: under READ COMMITTED a waiting update looks at `free` again when its turn comes. */
export const TAKE = `
  WITH taken AS (
    UPDATE block SET free = free - $5
    WHERE performance_id = $3 AND name = $4 AND free >= $5
      AND EXISTS (SELECT 1 FROM performance p WHERE p.id = $3 AND p.starts_at > $7)
      AND (SELECT count(*) FROM hold h WHERE h.subject = $2 AND h.expires_at > $7) < $8
    RETURNING performance_id, name
  )
  INSERT INTO hold (id, subject, performance_id, block, seats, expires_at)
  SELECT $1, $2, performance_id, name, $5, $6 FROM taken`;

/** Locks holds in the order of their ids, then the block: two of these at once wait for each other and never in a circle. */
export const RETURN_EXPIRED = `
  WITH gone AS (
    DELETE FROM hold WHERE id IN (
      SELECT id FROM hold WHERE performance_id = $1 AND block = $2 AND expires_at <= $3 ORDER BY id FOR UPDATE)
    RETURNING seats
  )
  UPDATE block SET free = free + returned.seats
  FROM (SELECT sum(seats) AS seats FROM gone HAVING count(*) > 0) AS returned
  WHERE performance_id = $1 AND name = $2`;

export const RELEASE = `
  WITH gone AS (
    DELETE FROM hold WHERE id = $1 AND subject = $2 RETURNING performance_id, block, seats
  )
  UPDATE block SET free = free + gone.seats
  FROM gone
  WHERE block.performance_id = gone.performance_id AND block.name = gone.block`;

/** Only a hold that still stands becomes an order; the seats were taken when it was made. */
export const BUY = `
  WITH kept AS (
    DELETE FROM hold WHERE id = $1 AND subject = $2 AND expires_at > $3
    RETURNING subject, performance_id, block, seats
  )
  INSERT INTO ticket_order (id, subject, performance_id, block, seats, price_pence, ordered_at)
  SELECT $4, kept.subject, kept.performance_id, kept.block, kept.seats, kept.seats * b.price_pence, $3
  FROM kept JOIN block b ON b.performance_id = kept.performance_id AND b.name = kept.block
  RETURNING id`;

export const HOLDS_OF = `
  SELECT h.id, h.performance_id AS "performanceId", p.starts_at AS "startsAt", h.block, h.seats,
    h.seats * b.price_pence AS "pricePence", h.expires_at AS "expiresAt"
  FROM hold h
  JOIN performance p ON p.id = h.performance_id
  JOIN block b ON b.performance_id = h.performance_id AND b.name = h.block
  WHERE h.subject = $1 AND h.expires_at > $2
  ORDER BY h.expires_at`;

export const ORDERS_OF = `
  SELECT o.id, o.performance_id AS "performanceId", p.starts_at AS "startsAt", o.block, o.seats,
    o.price_pence AS "pricePence", o.ordered_at AS "orderedAt"
  FROM ticket_order o JOIN performance p ON p.id = o.performance_id
  WHERE o.subject = $1
  ORDER BY p.starts_at, o.ordered_at
  LIMIT 500`;
