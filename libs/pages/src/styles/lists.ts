/** Rows of sessions, applications, permissions and deliveries. */
export const lists = `
.rows { margin-top: 16px; padding: 0 24px; }
.rows > li { padding: 20px 0; }
.rows > li + li { border-top: 1px solid var(--line); }
.row { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 4px 16px; align-items: start; }
.row > .aside { grid-column: 2; grid-row: 1 / span 2; }
.titled { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: baseline; }
.section { margin-top: 40px; }
.section > .lead { margin-top: 4px; font-size: .875rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0 16px; font-size: .875rem; color: var(--muted); }
.points + .facts { margin-top: 12px; }
.row.middle { align-items: center; }
.row.middle > .aside { grid-row: 1; }
.facts.stacked { flex-direction: column; margin-top: 12px; }
.facts dt, .facts dd { display: inline; }
.facts dd { color: var(--text); }
.badge {
  padding: 0 8px; font-size: .875rem; font-weight: 600;
  color: var(--good); background: var(--good-ground); border: 1px solid; border-radius: 999px; white-space: nowrap;
}
.state { display: inline-flex; gap: 8px; font-size: .875rem; font-weight: 600; }
.state::before { content: ""; flex: none; width: 8px; height: 8px; margin-top: 7px; border: 2px solid; border-radius: 50%; }
.state.good { color: var(--good); }
.state.wait { color: var(--muted); }
.state.danger { color: var(--danger); }
.state.good::before, .state.danger::before { background: currentColor; }
.state.danger::before { border-radius: 1px; }
.plain { margin-top: 20px; border-top: 1px solid var(--line); }
.plain > li { padding: 12px 0; border-bottom: 1px solid var(--line); }
.plain .state { display: flex; }
.points { margin-top: 8px; }
.points > li { position: relative; padding-inline-start: 28px; }
.points > li + li { margin-top: 8px; }
.points svg { position: absolute; inset-inline-start: 0; top: 3px; width: 18px; height: 18px; fill: none; stroke: var(--good); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.points.small > li + li { margin-top: 4px; }
.points.small svg { top: 1px; }
.points.not { color: var(--muted); font-size: .875rem; }
.points.not > li + li { margin-top: 4px; }
.points.not svg { top: 2px; stroke: var(--muted); }
.group { margin-top: 20px; }
.identity { margin-top: 4px; font-size: .875rem; color: var(--muted); }
.who a { white-space: nowrap; }
.who { margin-top: 20px; padding-top: 16px; border-top: 1px solid var(--line); font-size: .875rem; }
.links { display: flex; flex-wrap: wrap; gap: 0 24px; margin-top: 12px; }
.links a { display: inline-flex; align-items: center; min-height: 44px; font-weight: 600; text-decoration: none; }
.links a:hover { text-decoration: underline; }
.stacked + .links { margin: 0 0 -12px; }
details { margin: 0 0 -12px; font-size: .875rem; }
summary { display: inline-flex; align-items: center; min-height: 44px; color: var(--accent); cursor: pointer; }
summary::before { content: "+"; width: 1em; font-weight: 600; }
[open] > summary::before { content: "\\2212"; }
.attempts { margin-bottom: 12px; }
.attempts > li { padding: 4px 0; color: var(--muted); }
.empty { margin-top: 16px; color: var(--muted); }
.details { margin-top: 20px; padding-top: 16px; border-top: 1px solid var(--line); font-size: .875rem; }
.details div { display: flex; flex-wrap: wrap; gap: 0 8px; }
.details div + div { margin-top: 4px; }
.details dt { color: var(--muted); }
.app-logo { display: block; width: 40px; height: 40px; margin-bottom: 12px; border-radius: 8px; object-fit: contain; }
@media (forced-colors: active) {
  .state.good::before, .state.danger::before { forced-color-adjust: none; background: CanvasText; border-color: CanvasText; }
}
@media (max-width: 30rem) {
  .rows { padding: 0 16px; }
  .row.folds { grid-template-columns: minmax(0, 1fr); }
  .row.folds > .aside { grid-column: 1; grid-row: auto; margin-top: 8px; }
  .row > .facts { grid-column: 1 / -1; grid-row: 2; }
  .row:not(.folds) > .aside { grid-row: 1; }
}`;
