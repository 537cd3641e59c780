import { raw } from 'hono/html';

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#6d1526"/><path d="M6 11h20v3.2a2.4 2.4 0 0 0 0 4.6V22H6v-3.2a2.4 2.4 0 0 0 0-4.6z" fill="#f3d9a4"/><path d="M19.5 12.5v8" stroke="#6d1526" stroke-width="1.4" stroke-dasharray="1.6 1.5"/></svg>`;

const stars = [
  [52, 60], [118, 34], [164, 96], [86, 132], [34, 190], [318, 40], [352, 104], [276, 28], [366, 178], [140, 168], [60, 252], [338, 246],
]
  .map(([x, y], i) => `<circle cx="${x}" cy="${y}" r="${i % 3 === 0 ? 1.8 : 1.1}" fill="#f6e7c8" opacity="${i % 2 === 0 ? 0.9 : 0.55}"/>`)
  .join('');

/** The play's poster. It stands beside its title in words, so it has no text of its own. */
export const POSTER = raw(`<svg class="poster" viewBox="0 0 400 520" role="img" aria-label="Poster: a lighthouse throws its beam over a dark sea" preserveAspectRatio="xMidYMid slice">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#1d0b1c"/><stop offset=".55" stop-color="#571426"/><stop offset="1" stop-color="#a8402f"/></linearGradient>
<linearGradient id="beam" x1="1" y1="0" x2="0" y2="0"><stop offset="0" stop-color="#ffe3a3" stop-opacity=".95"/><stop offset="1" stop-color="#ffe3a3" stop-opacity="0"/></linearGradient>
<linearGradient id="beam2" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="#ffe3a3" stop-opacity=".8"/><stop offset="1" stop-color="#ffe3a3" stop-opacity="0"/></linearGradient>
<clipPath id="tower"><path d="M236 206h48l14 206h-76z"/></clipPath>
</defs>
<rect width="400" height="520" fill="url(#sky)"/>${stars}
<circle cx="106" cy="330" r="58" fill="#f0a25b" opacity=".92"/>
<path d="M260 174 -20 66v168z" fill="url(#beam)"/><path d="M260 174 430 118v104z" fill="url(#beam2)"/>
<path d="M0 372h400v148H0z" fill="#2a0d1f"/>
<path d="M64 380h84M50 396h112M72 412h66" stroke="#f0a25b" stroke-width="3" stroke-linecap="round" opacity=".7"/>
<path d="M150 440q40-44 84-46h62q58 6 104 44v82H150z" fill="#160710"/>
<g clip-path="url(#tower)"><path d="M220 200h84v220h-84z" fill="#f7e9d0"/><path d="M220 246h84v38h-84zM220 322h84v38h-84z" fill="#a3222f"/><path d="M268 200h40v220h-34z" fill="#1d0b1c" opacity=".22"/></g>
<path d="M228 198h64v10h-64z" fill="#160710"/><path d="M242 156h36v42h-36z" fill="#ffe9b8"/><path d="M242 156v42M254 156v42M266 156v42M278 156v42" stroke="#160710" stroke-width="2.4"/><path d="M236 156q24-34 48 0z" fill="#160710"/><path d="M260 138v-12" stroke="#160710" stroke-width="3"/>
<path d="M0 446q34-16 66 0t66 0 66 0 66 0 66 0 72 0v74H0z" fill="#3d1230"/><path d="M0 474q34-14 66 0t66 0 66 0 66 0 66 0 72 0v46H0z" fill="#220a1d"/>
</svg>`);
