/** Page, type, links and the card that every question stands in. */
export const base = `
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh;
  background: var(--page); color: var(--text);
  font: 400 1rem/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  overflow-wrap: anywhere;
}
.page { width: 100%; max-width: 24rem; margin: 0 auto; padding: 24px 16px 48px; }
.page.wide { max-width: 46rem; }
@media (min-width: 40rem) {
  .page { padding-top: clamp(32px, 13vh, 136px); }
  .page.wide { padding-top: 40px; padding-bottom: 80px; }
}
.brand { display: flex; align-items: center; gap: 8px; min-height: 32px; margin: 0 0 20px; font-weight: 600; }
.brand svg { flex: none; width: 24px; height: 24px; }
.brand img { flex: none; height: 32px; max-width: 160px; object-fit: contain; }
.mark-ground { fill: var(--accent); }
.mark-hole { fill: var(--on-accent); }
.card {
  padding: 24px; background: var(--surface);
  border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow);
}
@media (max-width: 22.5rem) { .card { padding: 20px 16px; } }
.card + .card, .card + h2, ul.card + h2 { margin-top: 16px; }
h1, h2, h3, p, ul, ol, dl, dd { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 1.25rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; text-wrap: balance; }
.wide h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.02em; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
h3, h2.item { font-size: 1rem; line-height: 1.5; font-weight: 600; letter-spacing: 0; }
b, strong { font-weight: 600; }
h1.asks { font-weight: 400; }
.lead { margin-top: 8px; color: var(--muted); text-wrap: pretty; }
.lead b { color: var(--text); }
.small, .note { font-size: .875rem; }
.muted, .note { color: var(--muted); }
.note { margin-top: 20px; }
.note b { color: var(--text); }
code { font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
time { white-space: nowrap; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
a:hover { color: var(--accent-strong); text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: no-preference) {
  a, button, .button, input { transition: background-color .12s, border-color .12s, color .12s; }
}`;
