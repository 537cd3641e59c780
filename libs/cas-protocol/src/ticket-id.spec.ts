import { describe, expect, it } from '@jest/globals';
import { newTicketId, ticketKind, ticketPrefix, ticketWeek } from './ticket-id.ts';

const now = Date.UTC(2026, 10, 24);
const week = 7 * 24 * 3600 * 1000;

describe('service ticket id (CAS 3.0 §3.1.1, §3.7)', () => {
  it('begins with ST-, holds only A-Z a-z 0-9 and -, and fits 32 characters', () => {
    for (let i = 0; i < 500; i++) expect(newTicketId('ST', now)).toMatch(/^ST-[A-Za-z0-9]{28}$/);
  });
  it('is not guessable: 130 random bits, every character of the alphabet appears in every place', () => {
    const ids = Array.from({ length: 3000 }, () => newTicketId('ST', now));
    expect(new Set(ids).size).toBe(3000);
    for (let place = 5; place < 31; place++) expect(new Set(ids.map((id) => id[place])).size).toBe(32);
  });
  it('begins with its period, and later periods sort after earlier ones', () => {
    for (let weeks = 0; weeks < 600; weeks++) {
      const at = now + weeks * week;
      const id = newTicketId('ST', at);
      expect(id.startsWith(ticketPrefix('ST', ticketWeek(at)))).toBe(true);
      expect(ticketPrefix('ST', ticketWeek(at + week)) > id).toBe(weeks % 1024 !== 1023 && true);
      if (Math.floor((at + week) / week) % 1024 === 1023) break;
    }
  });
  it('knows its own form and no other', () => {
    expect(ticketKind(newTicketId('ST', now))).toBe('ST');
    expect(ticketKind(newTicketId('PT', now))).toBe('PT');
    for (const odd of ['', 'ST-', 'ST-1', `${newTicketId('ST', now)}A`, newTicketId('ST', now).toLowerCase(), `PGT-${'A'.repeat(28)}`, `ST-${'1'.repeat(28)}`])
      expect(ticketKind(odd)).toBeNull();
  });
});
