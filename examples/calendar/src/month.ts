/** Days and months as text (2026-11-24, 2026-11): they name squares on paper, not moments. */
export type Day = string;
export type Month = string;

export function readMonth(text: string | undefined): Month | undefined {
  return text !== undefined && /^20[0-9]{2}-(?:0[1-9]|1[0-2])$/.test(text) ? text : undefined;
}

export function dayOf(at: Date, timeZone?: string): Day {
  const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

export const monthOf = (at: Date): Month => dayOf(at).slice(0, 7);

export function monthAfter(month: Month, count: number): Month {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 7);
}

/** Whole weeks from Monday, with the days of the neighbours that fill them. */
export function weeksOf(month: Month): Day[][] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const first = new Date(Date.UTC(year, number - 1, 1));
  const lead = (first.getUTCDay() + 6) % 7;
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const weeks = Math.ceil((lead + count) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(year, number - 1, 1 - lead + week * 7 + day)).toISOString().slice(0, 10)),
  );
}
