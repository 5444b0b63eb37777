/** The page of an audit: what a pool of synthetic pictures holds, with pictures of all that was found. */
import { type PictureSet, pictureAt } from "../data/picture-set.ts";
import { type Audit, type AuditedPool, type CopyPlace, copyPlaces } from "../pool/audit.ts";
import type { Copies } from "../pool/copies.ts";
import { stream } from "../random/stream.ts";
import { drawSectionsPage } from "./document.ts";
import { type Content, html, type Markup, nameOf } from "./markup.ts";
import { count, counted, percent, points } from "./numbers.ts";
import type { Section } from "./section.ts";
import { drawList, drawTable } from "./table.ts";
import { sheetOf, thumbnail } from "./thumbnail.ts";

/** Classes that are shown, and pictures of each. */
const CLASSES = 20;
const PICTURES = 12;
/** Pairs of copies in each place, blank pictures and doubted labels that are shown. */
const SHOWN = 18;
/** How much larger small pictures are drawn on sheets. */
const LARGE_SIDE = 48;

export const placeNames: Readonly<Record<CopyPlace, string>> = {
  pool: "in the pool itself",
  train: "of training pictures",
  test: "of pictures for the test",
};

/** An audit with the pictures that it speaks of, wherever they lie. */
interface ShownAudit extends Pick<AuditedPool, "audit" | "data"> {
  readonly pool: PictureSet;
}

/** @param version Patina's */
export async function drawAuditPage(audited: ShownAudit, version: string): Promise<string> {
  const { audit } = audited;
  const sections: Section[] = [
    contentSection(audit),
    await classesSection(audited),
    await copiesSection(audited),
    ...(audit.blank.length > 0 ? [await blankSection(audited)] : []),
    ...(audit.classifier?.doubted.length ? [await doubtsSection(audited, audit.classifier)] : []),
  ];
  return drawSectionsPage({ kind: "audit", name: audit.pool.path, lead: leadOf(audit), sections, version });
}

function leadOf({ pool, dataSet, problems, classifier }: Audit): Markup {
  const verdict =
    problems.length === 0
      ? html`It fits ${nameOf(dataSet.name)}.`
      : html`<strong>It does not fit ${nameOf(dataSet.name)}.</strong>`;
  const judged =
    classifier === undefined
      ? undefined
      : html` A classifier agrees with <strong>${percent(classifier.agreement)}</strong> of its labels.`;
  return html`<p class="lead">${counted(pool.count, "synthetic picture")} of ${pool.height}\u00d7${pool.width} pixels. ${verdict}${judged}</p>`;
}

function contentSection({ pool, dataSet, problems, blank, copies, classifier, unjudged }: Audit): Section {
  const { source, selection } = pool;
  const entries: [Content, Content][] = [
    ["pictures", `${count(pool.count)}, ${pool.height}x${pool.width}x${pool.channels} ${pool.dtype}`],
    ["for", nameOf(dataSet.name)],
    ...copyPlaces.map((place): [Content, Content] => [`copies ${placeNames[place]}`, copiesText(copies[place])]),
    ["nearly blank", counted(blank.length, "picture")],
    ...(classifier === undefined
      ? []
      : [["classifier", html`${nameOf(classifier.run)}, ${digest(classifier.weights)}`] as [Content, Content]]),
    ["digest", digest(pool.digest)],
    ...(source === undefined ? [] : [["made from", nameOf(source.path)] as [Content, Content]]),
    ...(source?.sha256 === undefined ? [] : [["its sha256", digest(source.sha256)] as [Content, Content]]),
    ...(selection === undefined
      ? []
      : [
          [
            "selection",
            html`the surest ${count(total(selection.kept))} of ${count(total(selection.from))} by ${nameOf(selection.run)}`,
          ] as [Content, Content],
        ]),
  ];
  const warnings = [...problems, ...(unjudged === undefined ? [] : [`Its labels were not judged: ${unjudged}.`])];
  return {
    id: "content",
    title: "What it holds",
    body: html`${warnings.map((warning) => html`<p class="warning">${warning}</p>`)}<div class="wide">${drawList(entries)}</div>`,
  };
}

async function classesSection({ audit, pool }: ShownAudit): Promise<Section> {
  const { classes } = audit;
  const sheets: Markup[] = [];
  for (const [label, { name, count: there }] of classes.slice(0, CLASSES).entries()) {
    if (there === 0) continue;
    const chosen = drawn(pool, label, there).map((index) => pictureAt(pool, index));
    const { uri, side, gap, columns } = await sheetOf(chosen, PICTURES);
    const width = (Math.min(columns, chosen.length) * (side + gap) + gap) * Math.max(1, Math.round(LARGE_SIDE / side));
    sheets.push(
      html`<figure><img src="${uri}" width="${width}" style="max-width:100%;height:auto" alt="${counted(chosen.length, "picture")} of class ${name}"><figcaption>${nameOf(name)}</figcaption></figure>`,
    );
  }
  const hasAgreement = audit.classifier !== undefined;
  const table = drawTable({
    caption: hasAgreement
      ? "Pictures of each class, and how many the classifier takes for it"
      : "Pictures of each class",
    head: ["class", "pictures", ...(hasAgreement ? ["agreement, %"] : [])],
    rows: classes.map(({ name, count: there, agreement }) => [
      nameOf(name),
      count(there),
      ...(hasAgreement ? [agreement === undefined ? "" : points(agreement)] : []),
    ]),
  });
  const more =
    classes.length > CLASSES
      ? html`<p class="small">The first ${CLASSES} of ${count(classes.length)} classes.</p>`
      : undefined;
  return {
    id: "classes",
    title: "Its classes",
    body: html`${table}<p>Pictures drawn at random:</p><div class="sheets">${sheets}</div>${more}`,
  };
}

/** Some pictures of a class: the same whenever they are drawn. */
function drawn({ labels }: PictureSet, label: number, there: number): number[] {
  const members: number[] = [];
  for (const [index, own] of labels.entries()) if (own === label) members.push(index);
  const places = stream(0, "audit", label).sample(there, Math.min(there, PICTURES));
  return Array.from(places, (place) => members[place]!);
}

async function copiesSection({ audit, pool, data }: ShownAudit): Promise<Section> {
  const sets: Record<CopyPlace, PictureSet> = { pool, train: data.train, test: data.test };
  const { distance, share } = audit.limits;
  const parts: Markup[] = [];
  for (const place of copyPlaces) {
    const { exact, near } = audit.copies[place];
    const shown = [...exact.slice(0, SHOWN / 3), ...near.toSorted((a, b) => a.distance - b.distance).slice(0, SHOWN)];
    const items = await Promise.all(
      shown.slice(0, SHOWN).map(async ({ picture, of, distance: apart }) => {
        const [left, right] = [pictureAt(pool, picture), pictureAt(sets[place], of)];
        const words = apart === 0 ? "the same" : `${apart.toFixed(1)} levels apart`;
        return html`<li><span class="pair"><img src="${await thumbnail(left)}" alt="picture ${picture} of the pool"><img src="${await thumbnail(right)}" alt="what it is like"></span><strong>${nameOf(data.classes[pool.labels[picture]!]!)}</strong><span>${count(picture)} and ${count(of)}, ${words}</span></li>`;
      }),
    );
    parts.push(
      html`<p class="sub">Copies ${placeNames[place]}: ${copiesText(audit.copies[place])}</p>${place === "test" && shown.length > 0 ? html`<p class="warning">Whoever trains on copies of pictures for the test looks better in the test than it is.</p>` : undefined}${items.length > 0 ? html`<ul class="pictures">${items}</ul>` : undefined}`,
    );
  }
  return {
    id: "copies",
    title: "Copies",
    body: html`<p>Two pictures are nearly the same where their thumbnails of 8\u00d78 pixels differ by at most ${distance} of 255 levels (root mean square), and by at most ${share} of the spread of either. The nearest pairs are shown, the pool\u2019s picture first.</p>${parts}`,
  };
}

async function blankSection({ audit, pool, data }: ShownAudit): Promise<Section> {
  const items = await Promise.all(
    audit.blank
      .slice(0, SHOWN)
      .map(
        async (picture) =>
          html`<li><img src="${await thumbnail(pictureAt(pool, picture))}" alt="a nearly blank picture"><strong>${nameOf(data.classes[pool.labels[picture]!]!)}</strong><span>${count(picture)}</span></li>`,
      ),
  );
  return {
    id: "blank",
    title: "Nearly blank",
    body: html`<p>${counted(audit.blank.length, "picture")} whose values deviate by less than ${audit.limits.blank} of 255 levels.</p><ul class="pictures">${items}</ul>`,
  };
}

async function doubtsSection(
  { pool, data }: ShownAudit,
  { agreement, doubted }: NonNullable<Audit["classifier"]>,
): Promise<Section> {
  const items = await Promise.all(
    doubted.slice(0, SHOWN).map(async ({ picture, predicted }) => {
      const [own, other] = [data.classes[pool.labels[picture]!]!, data.classes[predicted]!];
      return html`<li><img src="${await thumbnail(pictureAt(pool, picture))}" alt="a picture labelled ${own}"><strong>${nameOf(own)}</strong><span>${count(picture)}, taken for ${nameOf(other)}</span></li>`;
    }),
  );
  return {
    id: "labels",
    title: "Labels it doubts",
    body: html`<p>The classifier takes ${percent(agreement)} of the pictures for the class of their label. Of the others, those whose label it finds least likely:</p><ul class="pictures">${items}</ul>`,
  };
}

const copiesText = ({ exact, near }: Copies): string => `${count(exact.length)} exact, ${count(near.length)} near`;

const total = (counts: readonly number[]): number => counts.reduce((sum, value) => sum + value, 0);

const digest = (text: string) => html`<code class="digest">${text}</code>`;
