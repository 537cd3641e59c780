/** Quiet, round and green. Nothing is downloaded from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #eef5f1; --sheet: #fff; --text: #12312a; --soft: #4d6a62; --line: #dbe7e1; --leaf: #0c7a5c; --on-leaf: #fff; --mist: #dff1e9;
  --ember: #ffe3cd; --on-ember: #7c3205; --ember-mark: #ef7d32; --sun: #ffd9b0;
  --round: ui-rounded, "SF Pro Rounded", "Hiragino Maru Gothic ProN", Quicksand, Nunito, "Segoe UI", system-ui, "Liberation Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0d1614; --sheet: #14211d; --text: #e2f1ea; --soft: #9db8ae; --line: #263a33; --leaf: #62d6ae; --on-leaf: #05251b; --mist: #1b332b;
    --ember: #4a2913; --on-ember: #ffd3b0; --ember-mark: #ff9a54; --sun: #4a2f1b;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--back); color: var(--text); font: 400 16px/1.5 var(--round); }
h1, h2, h3, p, ul, ol, table { margin: 0; padding: 0; } ul, ol { list-style: none; }
a { color: inherit; } :focus-visible { outline: 3px solid var(--leaf); outline-offset: 3px; border-radius: 8px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:focus { position: static; width: auto; height: auto; clip-path: none; padding: .75rem 1rem; }
.soft { color: var(--soft); } .small { font-size: .9rem; }

header.bar { width: 100%; max-width: 84rem; margin: 0 auto; display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; padding: .9rem clamp(1rem, 3vw, 2rem); }
.brand { display: inline-flex; align-items: center; gap: .7rem; min-height: 44px; text-decoration: none; font-weight: 700; font-size: 1.15rem; letter-spacing: -.01em; }
.brand i { font-style: normal; font-weight: 400; color: var(--soft); }
.brand img { width: 36px; height: 36px; }
.me { margin-left: auto; display: flex; align-items: center; gap: .75rem; }
.disc { display: grid; place-items: center; width: 36px; height: 36px; border-radius: 50%; background: var(--mist); color: var(--leaf); font-weight: 700; }
main { flex: 1; width: 100%; max-width: 84rem; margin: 0 auto; padding: .5rem clamp(1rem, 3vw, 2rem) 2.5rem; }
footer { padding: 1rem clamp(1rem, 3vw, 2rem) 1.5rem; color: var(--soft); font-size: .85rem; text-align: center; }

.pill, button { appearance: none; font: 600 1rem/1.2 var(--round); min-height: 48px; padding: .75rem 1.6rem; border: 0; border-radius: 999px; background: var(--leaf); color: var(--on-leaf); text-decoration: none; display: inline-flex; align-items: center; justify-content: center; cursor: pointer; }
.pill:hover, button:hover { filter: brightness(1.07); }
button.quiet, .pill.quiet { background: var(--sheet); color: var(--text); font-weight: 500; min-height: 44px; padding: .5rem 1.1rem; border: 1px solid var(--line); }
.pill.square { width: 44px; padding: 0; font-size: 1.2rem; }

.landing { display: grid; gap: clamp(1.5rem, 5vw, 4rem); align-items: center; max-width: 68rem; margin: clamp(0rem, 5vw, 4rem) auto 0; }
.landing h1 { font-size: clamp(2.2rem, 1.4rem + 3.6vw, 3.9rem); line-height: 1.04; letter-spacing: -.035em; font-weight: 700; text-wrap: balance; }
.landing .words { display: grid; gap: 1.25rem; justify-items: start; } .landing .lead { font-size: 1.15rem; max-width: 30rem; color: var(--soft); text-wrap: pretty; }
.drawing { width: 100%; max-width: 15rem; height: auto; justify-self: center; overflow: visible; } .drawing .sun { fill: var(--sun); } .drawing .sheet { fill: var(--sheet); stroke: var(--line); } .drawing .head, .drawing .today { fill: var(--leaf); } .drawing .faint, .drawing .day { fill: var(--line); } .drawing .evening, .drawing .bird { fill: var(--ember-mark); } .drawing .bird { fill: var(--text); } .drawing .on-evening { fill: var(--sheet); } .drawing .on-evening-line { stroke: var(--sheet); stroke-width: 6; stroke-linecap: round; }
@media (min-width: 52rem) { .landing { grid-template-columns: 1.2fr 1fr; } .drawing { max-width: 28rem; } }

.note { background: var(--ember); color: var(--on-ember); border-radius: 20px; padding: 1.1rem 1.35rem; margin-bottom: 1.25rem; display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: center; justify-content: space-between; }
.note strong { display: block; }
.board { display: grid; gap: 1.25rem; align-items: start; }
.month { background: var(--sheet); border: 1px solid var(--line); border-radius: 28px; padding: clamp(.75rem, 2vw, 1.5rem); }
.month .top { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; padding: .25rem .5rem 1rem; } .month h1 { font-size: clamp(1.5rem, 1.2rem + 1.4vw, 2.2rem); line-height: 1.1; letter-spacing: -.03em; margin-right: auto; font-weight: 700; } .month h1 span { color: var(--soft); font-weight: 400; }
.turn { display: flex; gap: .5rem; }
table { width: 100%; border-collapse: separate; border-spacing: 0; table-layout: fixed; }
th { font-weight: 500; font-size: .85rem; color: var(--soft); padding: .35rem .5rem; text-align: center; } th abbr { text-decoration: none; }
td { vertical-align: top; padding: 2px; height: 3.1rem; text-align: center; }
td .n { display: inline-grid; place-items: center; width: 2.1rem; height: 2.1rem; border-radius: 50%; font-variant-numeric: tabular-nums; } td.other .n { color: var(--soft); } td.today .n { background: var(--leaf); color: var(--on-leaf); font-weight: 700; }
.chip { display: block; width: 8px; height: 8px; margin: 1px auto 0; border-radius: 50%; background: var(--ember-mark); overflow: hidden; } .chip span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (min-width: 56rem) {
  .board { grid-template-columns: minmax(0, 1fr) 20.5rem; }
  th { text-align: left; } td { height: 6.6rem; text-align: left; padding: .4rem; border-top: 1px solid var(--line); } td.today .n, td .n { margin: 0 0 .15rem -.2rem; }
  .chip { width: auto; height: auto; margin: 0 0 .25rem; padding: .25rem .55rem; border-radius: 10px; background: var(--ember); color: var(--on-ember); font-size: .82rem; line-height: 1.3; } .chip span { position: static; display: block; width: auto; height: auto; clip-path: none; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; } .chip b { font-weight: 700; }
}
.next { display: grid; gap: .9rem; } .next h2 { font-size: 1.1rem; font-weight: 700; letter-spacing: -.01em; padding: .25rem .5rem 0; }
.next > ol { display: grid; gap: .75rem; }
.event { background: var(--sheet); border: 1px solid var(--line); border-radius: 20px; padding: 1rem 1.15rem 1rem 1.5rem; position: relative; overflow: hidden; } .event::before { content: ""; position: absolute; inset: 0 auto 0 0; width: 7px; background: var(--ember-mark); } .event h3 { font-size: 1.02rem; line-height: 1.3; margin: .1rem 0 .25rem; font-weight: 700; }
.event a { display: inline-flex; align-items: center; min-height: 32px; color: var(--leaf); text-underline-offset: .2em; }
.empty { background: var(--sheet); border: 2px dashed var(--line); border-radius: 20px; padding: 1.25rem; display: grid; gap: .9rem; justify-items: start; }
.plain { background: var(--sheet); border: 1px solid var(--line); border-radius: 28px; padding: clamp(1.5rem, 5vw, 3rem); max-width: 36rem; margin: clamp(0rem, 6vw, 4rem) auto; display: grid; gap: 1.1rem; justify-items: start; } .plain h1 { font-size: 1.9rem; line-height: 1.1; letter-spacing: -.025em; }
@media (max-width: 30rem) { .disc, header:has(.me) .brand i { display: none; } .me { gap: .6rem; min-width: 0; } .me .long { max-width: 8rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .92rem; color: var(--soft); } .turn { width: 100%; } .turn .pill:nth-child(2) { flex: 1; } }
@media (forced-colors: active) { td.today .n { outline: 2px solid Highlight; } .chip, .event::before { forced-color-adjust: none; } }
`;
