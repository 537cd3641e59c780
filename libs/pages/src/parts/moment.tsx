import { type Scene } from '../page.tsx';
import { fill } from '../words/words.ts';

/** An instant in UTC, the same for every reader: `24 Nov 2026, 07:59 UTC`. */
export function Moment({ at, scene }: { at: string; scene: Scene }) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <>{at}</>;
  const iso = date.toISOString();
  const text = fill(scene.words.time, {
    day: date.getUTCDate(),
    month: scene.words.months[date.getUTCMonth()] ?? '',
    year: date.getUTCFullYear(),
    clock: iso.slice(11, 16),
  });
  return <time datetime={iso}>{text}</time>;
}
