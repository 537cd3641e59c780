const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const CYCLE = ALPHABET.length ** 2;

/** Two characters that name the week of an instant. Codes and grants begin with them, so that their table is dropped week by week. */
export function periodOf(ms: number): string {
  return periodName(Math.floor(ms / WEEK_MS));
}

function periodName(week: number): string {
  const n = week % CYCLE;
  return `${ALPHABET[Math.floor(n / ALPHABET.length)]}${ALPHABET[n % ALPHABET.length]}`;
}

export function isPeriod(value: string): boolean {
  return /^[a-z2-7]{2}$/.test(value);
}

/** How many weeks before `ms` a period lies; negative when ahead. Names come round after 1,024 weeks. */
export function weeksAgo(period: string, ms: number): number {
  const then = ALPHABET.indexOf(period.charAt(0)) * ALPHABET.length + ALPHABET.indexOf(period.charAt(1));
  const apart = (((Math.floor(ms / WEEK_MS) % CYCLE) - then + CYCLE) % CYCLE);
  return apart > CYCLE / 2 ? apart - CYCLE : apart;
}

/** The period after that of `ms`. */
export function nextPeriod(ms: number): string {
  return periodOf(ms + WEEK_MS);
}
