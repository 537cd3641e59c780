import { SHOW } from '../season.ts';

const date = new Intl.DateTimeFormat('en-GB', { timeZone: SHOW.timeZone, weekday: 'long', day: 'numeric', month: 'long' });
const time = new Intl.DateTimeFormat('en-GB', { timeZone: SHOW.timeZone, hour: '2-digit', minute: '2-digit' });
const parts = new Intl.DateTimeFormat('en-GB', { timeZone: SHOW.timeZone, weekday: 'short', day: 'numeric', month: 'short' });
const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP', minimumFractionDigits: 2 });

export const longDate = (at: Date): string => date.format(at);
export const clock = (at: Date): string => time.format(at);
export const price = (pence: number): string => pounds.format(pence / 100).replace(/\.00$/, '');
export const seatsInWords = (count: number): string => (count === 1 ? '1 seat' : `${count} seats`);

export function shortDate(at: Date): { day: string; month: string; weekday: string } {
  const of = (type: string): string => parts.formatToParts(at).find((part) => part.type === type)?.value ?? '';
  return { day: of('day'), month: of('month'), weekday: of('weekday') };
}

export function timeLeft(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 60) return seconds === 1 ? '1 more second' : `${seconds} more seconds`;
  const minutes = Math.floor(seconds / 60);
  return minutes === 1 ? '1 more minute' : `${minutes} more minutes`;
}
