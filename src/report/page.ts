/** The page: one HTML file that asks for nothing else. */
import { drawDocument, drawSection } from "./document.ts";
import { type Content, html, type Markup, nameOf } from "./markup.ts";
import type { Mistakes } from "./mistakes.ts";
import { count, counted, percent } from "./numbers.ts";
import type { PicturesOrReason } from "./pictures.ts";
import { endOf, isOfOwnData, type RunRecord } from "./run-record.ts";
import { script } from "./script.ts";
import type { Section } from "./section.ts";
import { batchesSection } from "./sections/batches.ts";
import { calibrationSection } from "./sections/calibration.ts";
import { comparisonSection, type NamedComparison } from "./sections/comparison.ts";
import { heatMapSection } from "./sections/heat-map.ts";
import { overviewSection } from "./sections/overview.ts";
import { provenanceSection } from "./sections/provenance.ts";
import { resultSection } from "./sections/result.ts";
import { modelText, setupSection } from "./sections/setup.ts";
import { severitySection } from "./sections/severity.ts";
import { trainingSection } from "./sections/training.ts";
import { worstSection } from "./sections/worst.ts";
import { mainSuite, shortSuiteTitles } from "./titles.ts";

/** All that the page of a run is made of. */
export interface RunMaterial {
  readonly run: RunRecord;
  readonly pictures: PicturesOrReason;
  /** By the origin of the corrupted pictures. */
  readonly mistakes: ReadonlyMap<string, Mistakes>;
}

/** What runs were made for, where they belong together: it stands before all that is said of them. */
export interface Front {
  readonly title: string;
  /** A paragraph of the class "lead". */
  readonly lead: Markup;
  readonly sections: readonly Section[];
}

/** What a page holds beside its runs. */
export interface PageParts {
  /** Of the runs with each other, and those that their evaluations hold. */
  readonly comparisons: readonly NamedComparison[];
  readonly front?: Front | undefined;
  /** Of Patina. */
  readonly version: string;
}

export async function drawPage(
  materials: readonly RunMaterial[],
  { comparisons, front, version }: PageParts,
): Promise<string> {
  const shownSheets = new Set<string>();
  const parts: Section[][] = [];
  for (const material of materials) parts.push(await runSections(material, shownSheets));
  const [first] = materials;
  const isSingle = materials.length === 1;
  const between = comparisonSection(comparisons);
  const top = [
    ...(front?.sections ?? []),
    ...(isSingle ? [] : [await overviewSection(materials.map(({ run }) => run))]),
    ...(between === undefined ? [] : [between]),
  ];
  const title = front?.title ?? (isSingle ? first!.run.name : `${materials.length} runs`);
  const names = materials.map(({ run }, index) => html`${index > 0 ? ", " : ""}${nameOf(run.name)}`);
  const lead = front?.lead ?? (isSingle ? leadOf(first!.run) : html`<p class="lead">${names}</p>`);
  const single = isSingle ? [...parts[0]!.slice(0, 1), ...top, ...parts[0]!.slice(1)] : top;
  const runs = isSingle
    ? []
    : materials.map(({ run }, index) => ({ run, id: `run${index + 1}`, sections: parts[index]! }));
  const links = [
    ...single.map(({ id, title: name }): [string, Content] => [id, name]),
    ...runs.map(({ id, run }): [string, Content] => [id, nameOf(run.name)]),
  ];
  const body = html`<header><p class="brand">Patina report</p><h1>${nameOf(title)}</h1>${lead}</header>
<nav aria-label="Sections"><ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>${single.map((section) => drawSection(section))}${runs.map(
    ({ id, run, sections }) =>
      html`<article id="${id}" aria-labelledby="${id}-title"><header><h2 id="${id}-title">${nameOf(run.name)}</h2>${leadOf(run)}</header>${sections.map((section) => drawSection(section, id))}</article>`,
  )}</main>
<footer><p>Made by Patina ${version} from the files of the run${isSingle ? "" : "s"} alone.</p></footer>`;
  return drawDocument({ title: `${title} \u2013 Patina report`, body, version, script });
}

async function runSections({ run, pictures, mistakes }: RunMaterial, shownSheets: Set<string>): Promise<Section[]> {
  const { evaluation } = run;
  const sections: (Section | undefined)[] = [resultSection(run), setupSection(run)];
  if (evaluation !== undefined && evaluation.columns.length > 0) {
    const sheets = "reason" in pictures ? pictures : pictures.sheets;
    const areShown = "key" in sheets && shownSheets.has(sheets.key);
    sections.push(
      heatMapSection(evaluation, { sheets, areShown }),
      await severitySection(evaluation),
      await calibrationSection(evaluation),
      worstSection(evaluation, mistakes),
    );
    if ("key" in sheets) shownSheets.add(sheets.key);
  }
  sections.push(await trainingSection(run), batchesSection(pictures), provenanceSection(run));
  return sections.filter((section) => section !== undefined);
}

/** The result in two sentences. */
function leadOf(run: RunRecord): Markup {
  const { evaluation, manifest, experiment } = run;
  const what = html`${modelText(run)}, trained on ${count(manifest.split.train)} pictures of ${nameOf(manifest.data.name)} for ${counted(experiment.train.epochs, "epoch")}.`;
  return html`<p class="lead">${what} ${resultText(run, evaluation)}</p>`;
}

function resultText(run: RunRecord, evaluation: RunRecord["evaluation"]): Content {
  const clean = evaluation?.clean.accuracy ?? endOf(run)?.testAccuracy;
  if (clean === undefined) return "It has not come to its end.";
  const main = mainSuite(evaluation?.columns[0]);
  const of =
    evaluation === undefined || isOfOwnData(run.manifest, evaluation.data)
      ? "pictures"
      : html`pictures of ${nameOf(evaluation.data.name)}`;
  if (main === undefined) return html`It is right on <strong>${percent(clean)}</strong> of clean ${of}.`;
  return html`It is right on <strong>${percent(clean)}</strong> of clean ${of} and on <strong>${percent(main.accuracy.value)}</strong> of corrupted ones (${shortSuiteTitles[main.suite]}).`;
}
