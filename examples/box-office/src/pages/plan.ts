import { raw } from 'hono/html';
import { type Block } from '../seats.ts';

const ROWS: Record<string, { first: number; rows: number }> = {
  Stalls: { first: 110, rows: 4 },
  Circle: { first: 216, rows: 2 },
  Gallery: { first: 274, rows: 1 },
};
const STEP = 22;

/** The house from above. It says nothing that the list beside it does not say in words. */
export function plan(blocks: Block[]) {
  const circles = blocks.map((block) => seatsOf(block)).join('');
  return raw(`<svg class="plan" viewBox="34 6 572 304" aria-hidden="true" focusable="false">
<path class="stage" d="M236 14h168M252 14q68 46 136 0"/><text x="320" y="58">Stage</text>${circles}</svg>`);
}

function seatsOf(block: Block): string {
  const place = ROWS[block.name];
  if (place === undefined) return '';
  const radii = Array.from({ length: place.rows }, (_, row) => place.first + row * STEP);
  const whole = radii.reduce((sum, radius) => sum + radius, 0);
  const spots: [number, number][] = [];
  radii.forEach((radius, row) => {
    const last = row === radii.length - 1;
    const count = last ? block.capacity - spots.length : Math.round((block.capacity * radius) / whole);
    for (let i = 0; i < count; i += 1) {
      const angle = Math.PI * (0.06 + (0.88 * (i + 0.5)) / count);
      spots.push([320 - radius * Math.cos(angle), 24 + radius * Math.sin(angle)]);
    }
  });
  // People sit scattered, not from the left: an odd step that shares no factor with the count visits each seat once.
  const step = [37, 29, 23].find((one) => spots.length % one !== 0) ?? 1;
  const gone = new Set(Array.from({ length: block.capacity - block.free }, (_, i) => (i * step) % spots.length));
  return spots
    .map(([x, y], i) => `<circle class="${gone.has(i) ? 'gone' : 'seat'}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${block.name === 'Stalls' ? 6 : 6.5}"/>`)
    .join('');
}
