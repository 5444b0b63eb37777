/** The page of a preview: what was mixed, the batch as the network sees it, and pictures at each of their stages. */
import type { Experiment } from "../experiment/experiment.ts";
import type { FirstBatch } from "../train/first-batch.ts";
import type { JobParts } from "../train/job.ts";
import { type Origin, origins } from "../train/plan.ts";
import { drawSectionsPage } from "./document.ts";
import { type Content, html, type Markup, nameOf } from "./markup.ts";
import { mixtureEntries, shareText } from "./mixture.ts";
import { count, counted } from "./numbers.ts";
import type { Section } from "./section.ts";
import { drawPictures } from "./sections/batches.ts";
import { drawList, drawTable } from "./table.ts";
import { enlargedSide, thumbnail } from "./thumbnail.ts";
import { showPicture } from "./training-pictures.ts";

export interface PreviewMaterial {
  /** Of the experiment. */
  readonly name: string;
  readonly experiment: Experiment;
  readonly parts: JobParts;
  readonly batch: FirstBatch;
  /** About so many are shown at each of their stages. */
  readonly pictures: number;
}

/** Pictures of a batch that are shown at all. */
const BATCH_PICTURES = 256;
/** Sides on the page, in pixels, as near as whole numbers enlarge to them. */
const BATCH_SIDE = 56;
const STAGE_SIDE = 96;

/** @param version Patina's */
export async function drawPreviewPage(material: PreviewMaterial, version: string): Promise<string> {
  const { name } = material;
  const sections = [mixtureSection(material), await batchSection(material), ...(await kindSections(material))];
  return drawSectionsPage({ kind: "preview", name, lead: leadOf(material), sections, version });
}

function leadOf({ experiment, parts, batch: { plan } }: PreviewMaterial): Markup {
  const { epochs } = experiment.train;
  const first = plan.ends[0]!;
  const [original, synthetic] = origins.map((origin) => countsOf(plan, origin, first));
  const restyled = original!.restyled + synthetic!.restyled;
  const parted =
    experiment.synthetic === undefined
      ? counted(first, "picture")
      : `${count(original!.all)} original and ${count(synthetic!.all)} synthetic pictures`;
  return html`<p class="lead">The first of ${count(plan.ends.length)} batches of epoch ${plan.epoch + 1} of ${count(epochs)}, as training on ${nameOf(parts.data.name)} is given it: <strong>${parted}</strong>${restyled === 0 ? undefined : html`, <strong>${count(restyled)}</strong> of them restyled`}.</p>`;
}

/** How many there are of an origin, and of these restyled. */
interface Counts {
  readonly all: number;
  readonly restyled: number;
}

function mixtureSection({ experiment, parts, batch: { plan, options } }: PreviewMaterial): Section {
  const first = plan.ends[0]!;
  const share = options.synthetic?.share ?? 0;
  const shown = origins.filter((origin) => origin === "original" || experiment.synthetic !== undefined);
  const rows = shown.flatMap((origin): Content[][] => {
    const [batch, epoch] = [countsOf(plan, origin, first), countsOf(plan, origin, plan.indices.length)];
    const asked = shareText(origin === "synthetic" ? share : 1 - share);
    const all = [origin, partText(batch.all, first), asked, partText(epoch.all, plan.indices.length)];
    const restyling = options.restyling?.[origin];
    if (restyling === undefined) return [all];
    const restyled = [partText(batch.restyled, batch.all), shareText(restyling.probability)];
    return [all, ["of these restyled", ...restyled, partText(epoch.restyled, epoch.all)]];
  });
  const table = drawTable({
    caption: "What there is, and what was asked for",
    head: ["pictures", "in this batch", "asked for", "in the epoch"],
    rows,
  });
  const sentences = [
    ...(experiment.synthetic === undefined
      ? []
      : ["The share of synthetic pictures holds in every batch, to one picture."]),
    ...(options.restyling === undefined
      ? []
      : ["The share of restyled ones holds in the epoch; a batch has as many as fall to it."]),
  ];
  const exactness = sentences.length === 0 ? undefined : html`<p class="small">${sentences.join(" ")}</p>`;
  const entries: [Content, Content][] = [
    ["trained on", html`${count(parts.split.train.length)} pictures of ${nameOf(parts.data.name)}`],
    ...(parts.pool === undefined ? [] : [["pool", counted(parts.pool.count, "picture")] as [string, string]]),
    ...(parts.restyler === undefined
      ? []
      : [["bank", counted(parts.restyler.bank.pictures.length, "style")] as [string, string]]),
    ...mixtureEntries(experiment),
    ["seed", String(experiment.train.seed)],
  ];
  return {
    id: "mixture",
    title: "What was mixed",
    body: html`${table}${exactness}<div class="wide">${drawList(entries)}</div>`,
  };
}

function countsOf({ origin, restyled }: FirstBatch["plan"], of: Origin, end: number): Counts {
  let [all, changed] = [0, 0];
  for (let place = 0; place < end; place++) {
    if (origins[origin[place]!] !== of) continue;
    all++;
    if (restyled[place]! >= 0) changed++;
  }
  return { all, restyled: changed };
}

/** "51 of 128, 39.8 %" */
function partText(part: number, whole: number): string {
  return whole === 0 ? "none" : `${count(part)} of ${count(whole)}, ${shareText(part / whole)}`;
}

/** The batch without words, in its order. */
async function batchSection({ batch: { pictures }, parts }: PreviewMaterial): Promise<Section> {
  const shown = spread(pictures, BATCH_PICTURES);
  const side = enlargedSide(parts.data.train.height, BATCH_SIDE);
  const groups: Markup[] = [];
  for (const origin of origins) {
    const own = shown.filter((one) => one.origin === origin);
    if (own.length === 0) continue;
    const images: Markup[] = [];
    for (const { augmented, label } of own)
      images.push(
        html`<img src="${await thumbnail(augmented, "exact")}" alt="" title="${parts.data.classes[label]!}">`,
      );
    const name = counted(own.length, `${origin} picture`);
    groups.push(
      html`<p class="sub">${name}</p><div class="batch" role="img" aria-label="${name}, as the network sees them" style="--side: ${side}px">${images}</div>`,
    );
  }
  const part =
    shown.length < pictures.length
      ? `${count(shown.length)} of the ${count(pictures.length)} pictures of the batch, spread over it`
      : `All ${count(pictures.length)} pictures of the batch`;
  return {
    id: "batch",
    title: "The batch, as the network sees it",
    body: html`<p>${part}, in its order.</p>${groups}`,
  };
}

/** Pictures at each of their stages, by what they are: each kind has its share of them, an eighth or one at least. */
async function kindSections({ batch, experiment, parts, pictures }: PreviewMaterial): Promise<Section[]> {
  const kinds = origins.flatMap((origin) =>
    [false, true].map((isRestyled) => ({
      origin,
      isRestyled,
      all: batch.pictures.filter((one) => one.origin === origin && (one.restyled !== undefined) === isRestyled),
    })),
  );
  const context = { experiment, classes: parts.data.classes, bank: parts.restyler?.bank };
  const side = enlargedSide(parts.data.train.height, STAGE_SIDE);
  const sections: Section[] = [];
  for (const { origin, isRestyled, all } of kinds) {
    if (all.length === 0) continue;
    const share = Math.max(1 / 8, all.length / batch.pictures.length);
    const shown = spread(all, Math.max(1, Math.round(share * pictures)));
    const items = [];
    for (const one of shown) items.push(await showPicture(one, one.label, context, "exact"));
    const stages = isRestyled
      ? "as it is, restyled, and as the network sees it"
      : "as it is, and as the network sees it";
    const title = `${origin === "original" ? "Original" : "Synthetic"} pictures${isRestyled ? ", restyled" : ""}`;
    sections.push({
      id: `${origin}${isRestyled ? "-restyled" : ""}`,
      title,
      body: html`<p>${count(shown.length)} of the ${count(all.length)} in the batch: each ${stages}.</p>${drawPictures(items, side)}`,
    });
  }
  return sections;
}

/** So many of a list, or all, from each part of it as many. */
function spread<T>(list: readonly T[], wanted: number): T[] {
  const shown = Math.min(wanted, list.length);
  return Array.from({ length: shown }, (_, one) => list[Math.floor(((one + 0.5) * list.length) / shown)]!);
}
