/** A report of one run or of several: from their folders to a page, or to text for other programs. */
import { join } from "node:path";
import { checkDataFolder } from "../data/data-folder.ts";
import { PatinaError } from "../errors.ts";
import { checkNewFile, writeAtomically } from "../files.ts";
import { version } from "../version.ts";
import { drawCard } from "./card.ts";
import { compareRuns } from "./compare.ts";
import { drawCsv } from "./csv.ts";
import { generatorMark } from "./document.ts";
import { drawMarkdown } from "./markdown.ts";
import { findMistakes } from "./mistakes.ts";
import { drawPage, type Front, type RunMaterial } from "./page.ts";
import { PictureMaker, type PictureSettings } from "./pictures.ts";
import { type RunRecord, readRuns } from "./run-record.ts";
import type { NamedComparison } from "./sections/comparison.ts";

/** A page; tables and a model card as Markdown; all data as JSON; the cells as CSV. */
export const reportFormats = ["html", "md", "card", "json", "csv"] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ReportSettings extends PictureSettings {
  /** Default: html. */
  format?: ReportFormat | undefined;
  /** Where to write it. Default: for html, `report.html` in the run's folder, or here for several runs; else nowhere. */
  file?: string | undefined;
  /** Which evaluation of each run, by its folder in `evaluation/`, as "subset-1000"; the one of all pictures if not given. */
  evaluation?: string | undefined;
  /** What a page of several runs begins with. */
  front?: Front | undefined;
}

export interface Report {
  /** Where it was written; undefined where it was not. */
  file: string | undefined;
  text: string;
}

/**
 * Makes a report of what the runs' files say; pictures come from their data sets, where these are on this machine.
 * @param runs their folders; the first is the one that the others are compared with
 * @throws PatinaError `argument` without a run, or for a card of several; `file-exists` where a file that is no page of
 * ours would be overwritten; `run`, `file-damaged` where a run cannot be read; `interrupted`, `file-system`
 */
export async function report(runs: readonly string[], settings: ReportSettings = {}): Promise<Report> {
  const { format = "html" } = settings;
  checkCount(runs, format);
  const file = settings.file ?? (format === "html" ? defaultFile(runs) : undefined);
  if (settings.dataFolder !== undefined) checkDataFolder(settings.dataFolder);
  if (file !== undefined) checkNewFile(file, format === "html" ? { name: "report", mark: generatorMark } : undefined);
  const records = readRuns(runs, settings.evaluation);
  const text = await draw(format, records, compareRuns(records), settings);
  if (file !== undefined) writeAtomically(file, text);
  return { file, text };
}

async function draw(
  format: ReportFormat,
  records: readonly RunRecord[],
  comparisons: readonly NamedComparison[],
  settings: ReportSettings,
): Promise<string> {
  switch (format) {
    case "html":
      return drawPage(await gather(records, settings), { comparisons, front: settings.front, version });
    case "md":
      return drawMarkdown(records, comparisons);
    case "card":
      return drawCard(records[0]!);
    case "json":
      return `${JSON.stringify({ format: 1, patina: version, runs: records, comparisons }, null, 2)}\n`;
    case "csv":
      return drawCsv(records);
  }
}

async function gather(records: readonly RunRecord[], settings: ReportSettings): Promise<RunMaterial[]> {
  const maker = new PictureMaker(settings);
  const materials: RunMaterial[] = [];
  for (const run of records)
    materials.push({ run, pictures: await maker.picturesOf(run), mistakes: await findMistakes(run, maker) });
  return materials;
}

function checkCount(runs: readonly string[], format: ReportFormat): void {
  if (runs.length === 0) throw new PatinaError("argument", "A report needs a run. Name the folder of one or more.");
  if (format === "card" && runs.length > 1)
    throw new PatinaError("argument", `A model card is about one run; ${runs.length} were named. Name one.`);
}

function defaultFile(runs: readonly string[]): string {
  return runs.length === 1 ? join(runs[0]!, "report.html") : "report.html";
}
