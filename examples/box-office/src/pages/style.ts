/** One house, one stylesheet: velvet, paper and brass. Nothing is downloaded from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f7f0e3; --card: #fffaf0; --ink: #2a1418; --muted: #6b5450; --line: #dcccb4; --velvet: #7a1a2c; --on-velvet: #fff6e6;
  --brass: #8a5a12; --seat: #b98a3c; --gone: #e6d8c1; --good: #2f5d3a; --notice: #fbe6c8; --shade: 0 1px 2px #2a141814, 0 12px 32px -18px #2a141855;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Liberation Serif", Georgia, serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #170d10; --card: #22141a; --ink: #f6e9d6; --muted: #c0a898; --line: #45303a; --velvet: #e5a94f; --on-velvet: #241105;
    --brass: #e9bd74; --seat: #e5a94f; --gone: #46333c; --good: #9fd6ac; --notice: #3a2618; --shade: 0 1px 2px #0006;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 400 17px/1.55 var(--serif); }
a { color: inherit; text-underline-offset: .18em; text-decoration-thickness: 1px; }
:focus-visible { outline: 3px solid var(--brass); outline-offset: 3px; border-radius: 4px; }
h1, h2, h3, p, ol, ul, dl, dd { margin: 0; padding: 0; }
ol, ul { list-style: none; }
h1 { font-size: clamp(2.1rem, 1.4rem + 3.2vw, 3.6rem); line-height: 1.04; font-weight: 600; letter-spacing: -.015em; text-wrap: balance; }
h2 { font-size: 1.45rem; line-height: 1.2; font-weight: 600; }
.wrap { width: 100%; max-width: 70rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; z-index: 2; background: var(--card); padding: .5rem 1rem; }
.small { font-size: .94rem; } .muted { color: var(--muted); }
.kicker + h1, h1 + p.muted { margin-top: .5rem; }
.kicker { color: var(--brass); font-size: .86rem; letter-spacing: .14em; text-transform: uppercase; }

header.house { border-bottom: 1px solid var(--line); }
header.house .wrap { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding-block: .75rem; }
.brand { display: inline-flex; align-items: center; gap: .65rem; min-height: 44px; text-decoration: none; font-weight: 600; font-size: 1.2rem; }
.brand img { width: 34px; height: 34px; } .brand small { display: block; font-weight: 400; font-size: .82rem; line-height: 1.1; color: var(--muted); }
.brand span { line-height: 1.15; }
nav { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.25rem; margin-left: auto; }
nav a { min-height: 44px; display: inline-flex; align-items: center; text-decoration: none; }
nav a:hover, nav a[aria-current] { text-decoration: underline; text-decoration-color: var(--brass); text-decoration-thickness: 2px; }
nav .who { color: var(--muted); max-width: 18rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
@media (max-width: 30rem) { nav { width: 100%; gap: 0 .8rem; font-size: .95rem; } nav .who { margin-left: auto; max-width: 7.5rem; } nav button.link { font-size: inherit; } }
main { flex: 1; padding-block: clamp(1.5rem, 4vw, 3.5rem); }
footer.house { border-top: 1px solid var(--line); color: var(--muted); font-size: .9rem; padding-block: 1.25rem; }

.button, button { appearance: none; font: 600 1.02rem/1.2 var(--serif); min-height: 48px; padding: .7rem 1.5rem; border-radius: 6px; border: 1px solid var(--velvet); background: var(--velvet); color: var(--on-velvet); text-decoration: none; display: inline-flex; align-items: center; justify-content: center; cursor: pointer; }
.button:hover, button:hover { filter: brightness(1.08); }
button.quiet { background: none; color: var(--ink); border-color: var(--line); } button.link { background: none; border: 0; padding: 0; min-height: 44px; color: inherit; font-weight: 400; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .18em; }
select { font: 400 1.02rem/1.2 var(--serif); min-height: 48px; padding: .6rem 2.2rem .6rem .9rem; color: var(--ink); background: var(--card); border: 1px solid var(--muted); border-radius: 6px; }
.notice { background: var(--notice); border-left: 4px solid var(--brass); border-radius: 4px; padding: .9rem 1.1rem; margin-bottom: 1.75rem; }

.hero { display: grid; gap: clamp(1.5rem, 5vw, 4.5rem); align-items: center; }
.hero .words { display: grid; gap: 1.1rem; justify-items: start; }
.hero .lead { font-size: 1.15rem; max-width: 34rem; text-wrap: pretty; }
.poster { display: block; width: 100%; height: 15rem; border-radius: 10px; box-shadow: var(--shade); }
@media (min-width: 48rem) { .hero { grid-template-columns: 1.15fr .85fr; } .poster { height: auto; aspect-ratio: 10/12.4; } }

.dates { margin-top: clamp(2.25rem, 5vw, 4rem); }
.dates > ol { margin-top: 1.1rem; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
.date { position: relative; display: flex; gap: 1rem; align-items: center; padding: .9rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.date:hover { border-color: var(--brass); }
.date .day { text-align: center; line-height: 1; min-width: 3.1rem; padding-right: 1rem; border-right: 1px dashed var(--line); }
.date .day b { display: block; font-size: 1.85rem; font-weight: 600; font-variant-numeric: lining-nums; }
.date .day i { font-style: normal; font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; color: var(--brass); }
.date a { text-decoration: none; font-weight: 600; } .date a::after { content: ""; position: absolute; inset: 0; border-radius: 10px; }
.date a:focus-visible { outline: none; } .date:has(a:focus-visible) { outline: 3px solid var(--brass); outline-offset: 3px; }

.house-plan { display: grid; gap: clamp(1.5rem, 4vw, 3.5rem); margin-top: 1.75rem; align-items: start; }
.plan { width: 100%; height: auto; display: block; } .plan .seat { fill: var(--seat); } .plan .gone { fill: var(--gone); } .plan .stage { fill: none; stroke: var(--brass); stroke-width: 2; } .plan text { fill: var(--muted); font: 12px var(--serif); letter-spacing: .12em; text-anchor: middle; text-transform: uppercase; }
.key { display: flex; gap: 1.4rem; justify-content: center; margin-top: .5rem; } .key span::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: 50%; background: var(--seat); margin-right: .5em; } .key .taken::before { background: var(--gone); }
.blocks { display: grid; gap: .9rem; }
.block { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem; display: grid; gap: .8rem; }
.block .top { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; } .block .price { font-size: 1.15rem; font-variant-numeric: lining-nums; }
.block form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; } .block label { display: grid; gap: .2rem; } .block form button { flex: 1 1 9rem; }
@media (min-width: 56rem) { .house-plan { grid-template-columns: 1.1fr .9fr; } }

.stack { display: grid; gap: 1.1rem; margin-top: 1.75rem; max-width: 46rem; }
.stub { position: relative; overflow: hidden; display: grid; background: var(--card); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shade); }
.stub .body { padding: 1.25rem 1.4rem; display: grid; gap: .35rem; } .stub h2 { font-size: 1.3rem; }
.stub .tear { padding: 1rem 1.4rem; border-top: 2px dashed var(--line); display: flex; flex-wrap: wrap; gap: .35rem 1.5rem; align-items: center; justify-content: space-between; }
.stub .tear b { font: 600 1.05rem/1.3 ui-monospace, "Liberation Mono", monospace; letter-spacing: .06em; }
.stub .tear strong { font-size: 1.5rem; font-weight: 600; font-variant-numeric: lining-nums; }
.stub .tear { position: relative; } .stub .tear::before, .stub .tear::after { content: ""; position: absolute; width: 20px; height: 20px; border-radius: 50%; background: var(--paper); border: 1px solid var(--line); top: -11px; left: -11px; } .stub .tear::after { left: auto; right: -11px; }
.stub.new { border-color: var(--brass); }
@media (min-width: 40rem) { .stub.ticket { grid-template-columns: 1fr 12.5rem; } .stub.ticket .tear { border-top: 0; border-left: 2px dashed var(--line); flex-direction: column; justify-content: center; text-align: center; } .stub.ticket .tear::before { top: -11px; left: -11px; } .stub.ticket .tear::after { top: auto; bottom: -11px; left: -11px; right: auto; } }
.time-left { width: 100%; height: 8px; display: block; border-radius: 4px; } .time-left .rail { fill: var(--gone); } .time-left .rest { fill: var(--seat); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; } .actions form { display: contents; }
.plain { display: grid; gap: 1.2rem; justify-items: start; max-width: 36rem; }
@media (forced-colors: active) { .plan .seat { fill: LinkText; } .plan .gone { fill: GrayText; } .time-left .rest { fill: Highlight; } }
`;
