/** What the network saw in training: pictures at each of their stages, and what was drawn for them. */
import { html, type Markup, nameOf } from "../markup.ts";
import { count } from "../numbers.ts";
import type { PicturesOrReason } from "../pictures.ts";
import type { Section } from "../section.ts";
import type { BatchPictures, TrainingPicture } from "../training-pictures.ts";

export function batchesSection(pictures: PicturesOrReason): Section | undefined {
  const id = "batches";
  const title = "What it saw in training";
  if ("reason" in pictures) return { id, title, body: html`<p class="note">No pictures here: ${pictures.reason}</p>` };
  const { batches, missing } = pictures.training;
  if (batches.length === 0) return undefined;
  const stages = batches.some((batch) => batch.pictures.some(({ restyled }) => restyled !== undefined))
    ? "each as it is, restyled where it was, and after what was drawn for it by rule"
    : "each before and after what was drawn for it";
  const intro = html`<p>Pictures of the first batch of an epoch, ${stages}.</p>`;
  const notes = missing.map((sentence) => html`<p class="note">${sentence}</p>`);
  return { id, title, body: html`${intro}${notes}${batches.map(batch)}` };
}

function batch({ epoch, pictures }: BatchPictures): Markup {
  return html`<p class="sub">Epoch ${epoch}</p>${drawPictures(pictures)}`;
}

/** A list of training pictures. @param side of each picture on the page, in pixels; the page's own where not given */
export function drawPictures(pictures: readonly TrainingPicture[], side?: number): Markup {
  const stages = pictures.some(({ restyled }) => restyled !== undefined) ? 3 : 2;
  const size = side === undefined ? "" : `; --side: ${side}px`;
  return html`<ul class="pictures stages" style="--stages: ${stages}${size}">${pictures.map(item)}</ul>`;
}

function item(picture: TrainingPicture): Markup {
  const { className, origin, index, restyling, words, original, restyled, augmented } = picture;
  const arrow = html`<span aria-hidden="true">\u2192</span>`;
  const name = `${origin === "synthetic" ? "synthetic " : ""}picture ${count(index)}`;
  const middle =
    restyling === undefined
      ? undefined
      : html`<img src="${restyled}" alt="the same, in the style of ${restyling.style}">${arrow}`;
  const how =
    restyling === undefined
      ? undefined
      : html`<span>in the style of ${nameOf(restyling.style)}, strength ${Number(restyling.strength.toFixed(2))}</span>`;
  return html`<li><span class="pair"><img src="${original}" alt="${className}, as it is">${arrow}${middle}<img src="${augmented}" alt="the same, ${words}"></span><strong>${nameOf(className)}</strong><span>${name}</span>${how}<span>${words}</span></li>`;
}
