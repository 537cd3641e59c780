/** Fields, buttons and what is said when something went wrong. Targets are at least 44 px. */
export const forms = `
form.stack { margin-top: 20px; }
.field + .field { margin-top: 16px; }
.choice { display: flex; gap: 10px; align-items: center; min-height: 44px; margin: 8px 0 0; font-weight: 400; cursor: pointer; }
.choice input { width: 20px; height: 20px; min-height: 0; margin: 0; flex: none; accent-color: var(--accent); }
label { display: block; margin-bottom: 4px; font-weight: 600; font-size: .875rem; }
.hint { margin-bottom: 4px; font-size: .875rem; color: var(--muted); }
input {
  display: block; width: 100%; min-height: 44px; padding: 8px 12px;
  font: inherit; font-size: 1rem; color: var(--text); background: var(--surface);
  border: 1px solid var(--edge); border-radius: var(--radius);
}
input:hover { border-color: var(--muted); }
input:focus-visible { outline-offset: -1px; border-color: var(--accent); }
input[readonly] { color: var(--muted); background: var(--page); border-color: var(--line); }
input[aria-invalid] { border-color: var(--danger); }
.with-reveal { position: relative; }
.with-reveal input { padding-inline-end: 72px; }
.reveal {
  position: absolute; inset-block: 0; inset-inline-end: 0; min-width: 64px; padding: 0 12px;
  font: inherit; font-size: .875rem; font-weight: 600; color: var(--accent);
  background: none; border: 0; border-radius: var(--radius); cursor: pointer;
}
.reveal:hover { color: var(--accent-strong); text-decoration: underline; text-underline-offset: 3px; }
.reveal:focus-visible { outline-offset: -4px; }
[hidden] { display: none !important; }
.field-error { margin-top: 4px; font-size: .875rem; color: var(--danger); }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 44px; padding: 8px 16px;
  font: inherit; font-weight: 600; line-height: 1.25; text-align: center; text-decoration: none;
  border: 1px solid var(--edge); border-radius: var(--radius); color: var(--text); background: var(--surface); cursor: pointer;
}
button:hover, .button:hover { color: var(--text); border-color: var(--text); background: var(--page); }
.primary, .primary:hover { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.primary:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
.quiet-danger { color: var(--danger); }
.quiet-danger:hover { color: var(--danger); border-color: var(--danger); background: var(--danger-ground); }
.actions { display: grid; gap: 8px; margin-top: 24px; }
.actions.pair { grid-template-columns: 1fr 1fr; }
.link-button { display: flex; align-items: center; justify-content: center; min-height: 44px; font-weight: 600; text-decoration: none; }
.link-button:hover { text-decoration: underline; }
.card .actions:last-child > .link-button:last-child { margin-bottom: -8px; }
.alert { margin: 16px 0 20px; padding: 12px 16px; border: 1px solid; border-radius: var(--radius); font-size: .875rem; }
.card > .alert:first-child { margin-top: 0; }
.alert h2 { font-size: 1rem; }
.alert li { margin-top: 4px; }
.alert a { color: inherit; }
.alert.danger { color: var(--danger); background: var(--danger-ground); }
.alert.good { color: var(--good); background: var(--good-ground); }
.alert:focus { outline: 1px solid currentColor; outline-offset: 0; }
@media (forced-colors: active) {
  .primary { border-width: 2px; }
  .alert { border-width: 2px; }
  .mark-ground { fill: CanvasText; }
  .mark-hole { fill: Canvas; }
}`;
