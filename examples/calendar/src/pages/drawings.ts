import { raw } from 'hono/html';

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="10" fill="#0c7a5c"/><path d="M5 17.5c5-1 7.500-3.500 9.500-7.500 1 3 .8 4.600.2 6.300 4-2.300 7.800-2.500 12.300-1.300-4.500.8-7.300 2.700-9.500 6-2.500 3-6 3-9.500 2.500 2.800-.8 4.200-2.200 4.800-4-2.800-.6-5-.9-7.800-2z" fill="#eafff6"/></svg>`;

const dots = Array.from({ length: 30 }, (_, i) => {
  const x = 62 + (i % 6) * 50;
  const y = 128 + Math.floor(i / 6) * 44;
  if (i === 15) return `<rect class="evening" x="${x - 17}" y="${y - 15}" width="84" height="30" rx="15"/><circle class="on-evening" cx="${x}" cy="${y}" r="5"/><path class="on-evening-line" d="M${x + 14} ${y}h36"/>`;
  if (i === 16) return '';
  return `<circle class="${i === 8 ? 'today' : 'day'}" cx="${x}" cy="${y}" r="${i === 8 ? 13 : 7}"/>`;
}).join('');

export const MONTH_DRAWING = raw(`<svg class="drawing" viewBox="0 0 400 360" aria-hidden="true" focusable="false">
<circle class="sun" cx="312" cy="92" r="84"/>
<rect class="sheet" x="26" y="40" width="322" height="296" rx="28"/>
<rect class="head" x="52" y="68" width="118" height="16" rx="8"/><rect class="head faint" x="258" y="68" width="30" height="16" rx="8"/><rect class="head faint" x="296" y="68" width="26" height="16" rx="8"/>
${dots}
<path class="bird" d="M250 40c20-4 34-16 44-36 5 13 4 22 1 30 18-11 36-12 58-6-21 4-34 13-45 29-12 14-28 14-45 12 13-4 20-10 23-19-13-3-23-4-36-10z"/>
</svg>`);
