/**
 * The style sheet of the page. Colours are those of copper and of its patina: one accent, a scale of copper for mistakes.
 * All are custom properties, so that charts take part in light and dark.
 */

/** Of accuracy 0 to 10 % up to 90 to 100 %: what lies lower stands out more. Text on each has a contrast of 4.5 or more. */
const lightHeat = [
  "#4a2009",
  "#6a3110",
  "#8a4418",
  "#ab5a22",
  "#d07f3f",
  "#e09c63",
  "#eab787",
  "#f2d0ae",
  "#f8e5d1",
  "#fdf6ee",
];
const darkHeat = [
  "#ffe3c4",
  "#ffcb98",
  "#f7b071",
  "#e6934f",
  "#cf7a38",
  "#8a4a1e",
  "#6d3a18",
  "#532e16",
  "#3d2617",
  "#2b2019",
];

const heat = (colours: readonly string[], ink: (step: number) => string): string =>
  colours.map((colour, step) => `--h${step}: ${colour}; --h${step}-ink: ${ink(step)};`).join(" ");
const steps = lightHeat.map((_, step) => `.h${step} { background: var(--h${step}); color: var(--h${step}-ink); }`);

export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1d2422; --soft: #56605c; --line: #e2dfd8;
  --accent: #17695d; --accent-soft: #cfe5df; --warn: #8f2d12; --warn-soft: #fbe9e1;
  --series-1: #17695d; --series-2: #b4531a; --series-3: #3558b8; --series-4: #8a3f8f;
  --series-5: #77660a; --series-6: #b02a4c; --series-7: #4b5450; --series-8: #1a7fa3;
  ${heat(lightHeat, (step) => (step <= 3 ? "#ffffff" : "#2a1608"))}
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #121615; --card: #1a201e; --ink: #e8ece9; --soft: #a5b0ab; --line: #313a37;
    --accent: #63c9b6; --accent-soft: #234a43; --warn: #ffb195; --warn-soft: #3c1f15;
    --series-1: #63c9b6; --series-2: #f2a065; --series-3: #9ab4ff; --series-4: #dba5e3;
    --series-5: #d9c65a; --series-6: #ff94a8; --series-7: #c5cdc9; --series-8: #7dcbe8;
    ${heat(darkHeat, (step) => (step <= 4 ? "#2a1608" : "#fbeee2"))}
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; padding: 0 1.25rem 3rem; max-width: 84rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre { font: 0.9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 0.8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

body > header { padding: 2.75rem 0 1rem; }
.brand { margin: 0; color: var(--accent); font-size: 0.85rem; font-weight: 650; letter-spacing: 0.06em; text-transform: uppercase; }
h1 { margin: 0.2rem 0 0.6rem; font-size: clamp(1.7rem, 4vw, 2.6rem); line-height: 1.15; letter-spacing: -0.02em; overflow-wrap: anywhere; }
h2, h3 { margin: 0 0 0.8rem; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.45rem; }
h3 { font-size: 1.2rem; }
.lead { margin: 0; max-width: 46rem; color: var(--soft); font-size: 1.12rem; overflow-wrap: anywhere; }
.lead strong { color: var(--ink); }
p { max-width: 46rem; }
.small { margin: 0.2rem 0; color: var(--soft); font-size: 0.85rem; }
.sub { margin: 1.4rem 0 0.5rem; font-weight: 650; }
.note, .warning { padding: 0.8rem 1rem; border-left: 4px solid var(--accent); background: var(--accent-soft); border-radius: 0 8px 8px 0; overflow-wrap: anywhere; }
.warning { border-color: var(--warn); background: var(--warn-soft); }

nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; margin: 0; padding: 0.8rem 0; list-style: none; border-block: 1px solid var(--line); font-size: 0.92rem; }
nav a { text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { text-decoration: underline; }
section { padding: 2.2rem 0 0.4rem; scroll-margin-top: 0.5rem; }
article { margin-top: 3rem; padding-top: 1.6rem; border-top: 3px solid var(--accent); }
@media (min-width: 70rem) {
  body { display: grid; grid-template-columns: 13rem minmax(0, 1fr); column-gap: 3rem; }
  body > header, footer { grid-column: 1 / -1; }
  nav { position: sticky; top: 1.5rem; align-self: start; max-height: calc(100vh - 3rem); overflow-y: auto; margin-top: 2.4rem; }
  nav ul { flex-direction: column; gap: 0.55rem; padding: 0.2rem 0 0.2rem 1rem; border-block: 0; border-left: 2px solid var(--line); }
}

.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.6rem, 1fr)); gap: 0.8rem; margin-bottom: 1rem; }
.tile { display: flex; flex-direction: column; padding: 0.9rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile .label { flex: 1; }
.tile:first-child { border-color: var(--accent); }
.tile .label, .tile .range { color: var(--soft); font-size: 0.85rem; }
.tile strong { font-size: 1.9rem; font-weight: 650; line-height: 1.25; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }

dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; margin: 0 0 1rem; }
dl div { display: flex; gap: 1rem; padding: 0.45rem 0; border-bottom: 1px solid var(--line); }
dt { flex: 0 0 8.5rem; color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.wide dl { grid-template-columns: minmax(0, 1fr); max-width: 54rem; }

.scroll { overflow: auto; max-width: 100%; margin: 0.8rem 0; }
table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
caption { padding-bottom: 0.4rem; text-align: left; color: var(--soft); font-size: 0.88rem; }
th, td { padding: 0.35rem 0.8rem; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { position: sticky; top: 0; background: var(--paper); color: var(--soft); font-weight: 600; border-bottom: 2px solid var(--line); }
caption span { display: block; position: sticky; left: 0; max-width: min(46rem, calc(100vw - 5rem)); }
th:first-child { padding-left: 0; text-align: left; }
abbr { text-decoration-thickness: 1px; }
table:not(.text) td { white-space: nowrap; }
tbody th { min-width: 7rem; overflow-wrap: anywhere; }
table.text th, table.text td { text-align: left; vertical-align: top; }
table.text code { overflow-wrap: normal; }
td small { color: var(--soft); white-space: nowrap; }
details { margin: 0.6rem 0; }
details .scroll { max-height: 30rem; }
summary { color: var(--accent); cursor: pointer; font-size: 0.92rem; }
summary:hover { text-decoration: underline; }

.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 1.2rem; align-items: start; }
.charts figure { margin: 0; padding: 0.9rem 1rem 0.5rem; min-width: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.charts thead th { background: var(--card); }
figcaption span { color: var(--soft); font-size: 0.88rem; }
svg.chart { display: block; width: 100%; height: auto; margin-top: 0.6rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1rem; margin: 0.5rem 0 0; padding: 0; list-style: none; font-size: 0.85rem; }
.numbered { columns: 14rem; margin: 0.5rem 0 0; padding-left: 1.4rem; font-size: 0.85rem; overflow-wrap: anywhere; }
.legend svg { vertical-align: middle; }

.scale { display: flex; flex-wrap: wrap; align-items: center; margin: 0.4rem 0 1rem; font-size: 0.8rem; }
.scale span { padding: 0.15rem 0; width: 2.3rem; text-align: center; }
.scale .unit { width: auto; padding-left: 0.6rem; color: var(--soft); }
${steps.join("\n")}
.heat-map { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 2rem; }
table.heat { border-collapse: separate; border-spacing: 2px; }
table.heat th, table.heat td { padding: 0; border: 0; }
table.heat thead th { z-index: 1; padding: 0.3rem 0.2rem; text-align: center; }
table.heat tbody th { min-width: 5.5rem; padding-right: 0.8rem; white-space: nowrap; overflow-wrap: normal; }
table.heat thead th:first-child { text-align: left; }
table.heat .group th { padding-top: 0.6rem; color: var(--soft); font-size: 0.8rem; font-weight: 650; letter-spacing: 0.05em; text-transform: uppercase; }
table.heat td { width: 4rem; height: 2rem; border-radius: 4px; text-align: center; }
table.heat td.mean { font-weight: 650; }
table.heat button { display: block; width: 100%; height: 2rem; padding: 0; border: 0; border-radius: 4px; background: none; color: inherit; font: inherit; cursor: pointer; }
table.heat button:hover, table.heat button[aria-pressed="true"] { outline: 2px solid var(--ink); outline-offset: -2px; }
.peek { position: sticky; bottom: 0.6rem; z-index: 2; align-self: end; padding: 0.8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; box-shadow: 0 4px 18px rgb(0 0 0 / 0.14); }
.peek p { margin: 0; font-size: 0.9rem; }
.peek .row div { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.peek .row small { display: block; margin: 0.4rem 0 0.15rem; color: var(--soft); font-size: 0.8rem; }
.peek i { display: block; border-radius: 3px; background-repeat: no-repeat; image-rendering: pixelated; }
/* By the room that the table leaves, which the column of links takes a part of, not by the window. */
main { container-type: inline-size; }
@container (min-width: 62rem) {
  .heat-map { grid-template-columns: minmax(0, max-content) minmax(19rem, 1fr); }
  .peek { top: 1.5rem; bottom: auto; align-self: start; margin-top: 1.8rem; }
}
@media (max-width: 34rem) {
  table.heat td { width: 2.9rem; }
  table.heat tbody th { white-space: normal; font-size: 0.82rem; line-height: 1.2; padding-right: 0.4rem; }
  table.heat { font-size: 0.82rem; }
  .scale span { width: 1.8rem; }
  th, td { padding-inline: 0.45rem; }
}
.sheets { display: flex; flex-wrap: wrap; gap: 1rem; }
.sheets figure { margin: 0; }
.sheets img { display: block; image-rendering: pixelated; border-radius: 4px; }
.sheets figcaption { margin-top: 0.2rem; color: var(--soft); font-size: 0.82rem; }

.pictures { --side: 64px; display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1rem; margin: 0.5rem 0 1rem; padding: 0; list-style: none; }
.pictures li { display: flex; flex-direction: column; min-width: 0; font-size: 0.85rem; line-height: 1.35; overflow-wrap: anywhere; }
.pictures li > span:not(.pair) { color: var(--soft); }
.pictures img, .batch img { width: var(--side); height: var(--side); image-rendering: pixelated; border-radius: 4px; }
.pictures.stages { grid-template-columns: repeat(auto-fill, minmax(min(100%, calc(var(--stages) * (var(--side) + 1rem))), 1fr)); }
.stages .pair { flex-wrap: wrap; gap: 0.2rem; }
.batch { display: flex; flex-wrap: wrap; gap: 4px; margin-bottom: 1rem; }
.pair { display: flex; gap: 0.3rem; align-items: center; margin-bottom: 0.3rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.85rem; }

@media print {
  :root { color-scheme: light; --paper: #ffffff; --card: #ffffff; }
  body { display: block; max-width: none; padding: 0; font-size: 10pt; }
  nav, .peek, details:not([open]) { display: none; }
  table.heat button[aria-pressed="true"] { outline: 0; }
  .pictures, .pictures.stages { grid-template-columns: repeat(6, minmax(0, 1fr)); }
  .pictures li { font-size: 0.7rem; }
  .pair { flex-wrap: wrap; }
  section { padding: 1rem 0 0; }
  h2, h3, .sub, caption { break-after: avoid; }
  figure, tr, .tile, .pictures li { break-inside: avoid; }
  thead th { position: static; }
  .scroll { overflow: visible; max-height: none; }
  .charts { grid-template-columns: 1fr 1fr; }
  .heat-map { display: block; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
