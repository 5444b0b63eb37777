/** What the network saw in training: pictures before and after augmentation, and what was done. */
import { html, type Markup, nameOf } from "../markup.ts";
import type { BatchPictures, PicturesOrReason, TrainingPicture } from "../pictures.ts";
import type { Section } from "../section.ts";

export function batchesSection(pictures: PicturesOrReason): Section | undefined {
  const id = "batches";
  const title = "What it saw in training";
  if ("reason" in pictures) return { id, title, body: html`<p class="note">No pictures here: ${pictures.reason}</p>` };
  if (pictures.batches.length === 0) return undefined;
  const intro = html`<p>The first pictures of an epoch, each before and after what was drawn for it.</p>`;
  return { id, title, body: html`${intro}${pictures.batches.map(batch)}` };
}

function batch({ epoch, pictures }: BatchPictures): Markup {
  return html`<p class="sub">Epoch ${epoch}</p><ul class="pictures">${pictures.map(item)}</ul>`;
}

function item({ className, words, before, after }: TrainingPicture): Markup {
  return html`<li><span class="pair"><img src="${before}" alt="${className}, as it is"><span aria-hidden="true">\u2192</span><img src="${after}" alt="the same, ${words}"></span><strong>${nameOf(className)}</strong><span>${words}</span></li>`;
}
