/** The frame of a page: one HTML file that asks for nothing else. */
import { createHash } from "node:crypto";
import { html, Markup, nameOf } from "./markup.ts";
import type { Section } from "./section.ts";
import { style } from "./style.ts";

export interface Document {
  readonly title: string;
  readonly body: Markup;
  /** Of Patina. */
  readonly version: string;
  /** Our own, as text; none where not given. */
  readonly script?: string;
}

/** Everything from other places is forbidden, were it ever to get in; the one script is known by its digest. */
export function drawDocument({ title, body, version, script }: Document): string {
  const scripts = script === undefined ? "'none'" : `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${scripts}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${new Markup(generatorMark)}${version}">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
</head>
<body>
${body}
${
  script === undefined
    ? undefined
    : html`<script>${new Markup(script)}</script>
`
}</body>
</html>
`.text;
}

/** By this, in its first bytes, a file is known to be a report. */
export const generatorMark = '<meta name="generator" content="Patina ';

export interface SectionsPage {
  /** Of which kind the page is: "preview". */
  readonly kind: string;
  /** Of what. */
  readonly name: string;
  /** A paragraph of the class "lead". */
  readonly lead: Markup;
  readonly sections: readonly Section[];
  /** Of Patina. */
  readonly version: string;
}

/** A page of sections, with the list of them that the style sheet has a column for. */
export function drawSectionsPage({ kind, name, lead, sections, version }: SectionsPage): string {
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  const body = html`<header><p class="brand">Patina ${kind}</p><h1>${nameOf(name)}</h1>${lead}</header>
<nav aria-label="Sections"><ul>${links}</ul></nav>
<main>${sections.map((section) => drawSection(section))}</main>
<footer><p>Made by Patina ${version}.</p></footer>`;
  return drawDocument({ title: `${name} \u2013 Patina ${kind}`, body, version });
}

/** @param run its id, where the page holds several: headings are one level lower, and only the runs are landmarks */
export function drawSection({ id, title, body }: Section, run?: string): Markup {
  if (run !== undefined) return html`<section id="${run}-${id}"><h3>${title}</h3>${body}</section>`;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`;
}
