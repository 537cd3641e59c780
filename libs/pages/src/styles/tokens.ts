/** Colours of look.md plus `edge`: borders of controls need 3:1 against their ground (WCAG 2.2 §1.4.11), `line` does not. */
export const tokens = `
:root {
  color-scheme: light dark;
  --page: oklch(98% .004 260); --surface: #fff;
  --text: oklch(24% .02 260); --muted: oklch(46% .02 260);
  --accent: oklch(50% .17 262); --accent-strong: oklch(44% .17 262); --on-accent: #fff;
  --line: oklch(90% .008 260); --edge: oklch(62% .02 260);
  --danger: oklch(50% .19 27); --danger-ground: oklch(97% .014 27);
  --good: oklch(46% .12 150); --good-ground: oklch(97% .02 150);
  --shadow: 0 1px 2px oklch(24% .02 260 / .05), 0 8px 24px oklch(24% .02 260 / .06);
  --radius: 10px;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: oklch(19% .012 260); --surface: oklch(23% .014 260);
    --text: oklch(94% .006 260); --muted: oklch(74% .015 260);
    --accent: oklch(72% .13 262); --accent-strong: oklch(78% .11 262); --on-accent: oklch(18% .03 262);
    --line: oklch(33% .015 260); --edge: oklch(58% .02 260);
    --danger: oklch(74% .14 27); --danger-ground: oklch(27% .045 27);
    --good: oklch(78% .13 150); --good-ground: oklch(27% .035 150);
    --shadow: 0 8px 24px oklch(0% 0 0 / .25);
  }
}`;
