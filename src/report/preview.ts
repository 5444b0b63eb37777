/** A look at what an experiment trains on: the first batch of an epoch as a page of pictures. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { DataSettings } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import { type Experiment, ExperimentOptions, parseExperiment } from "../experiment/experiment.ts";
import { loadExperiment } from "../experiment/load.ts";
import { applyOverrides } from "../experiment/overrides.ts";
import { checkNewFile, writeAtomically } from "../files.ts";
import { type Manifest, readManifest } from "../run/manifest.ts";
import { readExperiment } from "../run/run.ts";
import { makeFirstBatch } from "../train/first-batch.ts";
import type { JobParts } from "../train/job.ts";
import { openJob, withParts } from "../train/train.ts";
import { version } from "../version.ts";
import { generatorMark } from "./document.ts";
import { drawPreviewPage } from "./preview-page.ts";

export interface PreviewSettings extends DataSettings {
  /** Where to write the page. Default: preview.html. */
  file?: string | undefined;
  /** One-off changes, each `path=value`. */
  set?: readonly string[] | undefined;
  /** From 1. Default: 1. */
  epoch?: number | undefined;
  /** About so many are shown at each of their stages: of each kind its share, an eighth or one at least. Default: 32. */
  pictures?: number | undefined;
  /** Where data sets lie. Default: data; for a run, where they lay in training. */
  dataFolder?: string | undefined;
}

export interface Preview {
  /** Where it was written. */
  file: string;
  text: string;
}

/**
 * Makes a page of pictures of the first batch of an epoch, exactly as training would have it, and writes it.
 * @param experiment a file (.ts, .js, .json), a known name, or the folder of a run
 * @throws PatinaError where the experiment, its data, pool or stylizer are not right, as `train`; `argument` where it has
 * no such epoch; `file-exists` where a file that is no page of ours would be overwritten; `interrupted`, `file-system`
 */
export async function preview(experiment: string, settings: PreviewSettings = {}): Promise<Preview> {
  const { file = "preview.html", set = [], epoch = 1, pictures = 32, report, signal } = settings;
  checkNewFile(file, { name: "page", mark: generatorMark });
  const loaded = await loadExperimentOrRun(experiment, set);
  const { epochs } = loaded.experiment.train;
  if (!(Number.isInteger(epoch) && epoch >= 1 && epoch <= epochs))
    throw new PatinaError(
      "argument",
      `${experiment}: epoch ${epoch} was asked for. It has epochs 1 to ${epochs}; name one of them.`,
    );
  const dataFolder = settings.dataFolder ?? loaded.manifest?.dataFolder;
  const parts = await openJob(loaded.experiment, { dataFolder, report, signal });
  const changes = loaded.manifest === undefined ? [] : changesSince(loaded.manifest, parts);
  if (changes.length > 0)
    report?.({
      kind: "warning",
      text: `${experiment}: its ${changes.join(" and ")} are others now than in training. The page shows what is there now.`,
    });
  const text = await withParts(parts, async () => {
    const batch = await makeFirstBatch(parts, epoch - 1, { report, signal });
    return drawPreviewPage({ name: loaded.name, experiment: loaded.experiment, parts, batch, pictures }, version);
  });
  writeAtomically(file, text);
  return { file, text };
}

interface Loaded {
  readonly name: string;
  readonly experiment: Experiment;
  /** Of a run. */
  readonly manifest?: Manifest | undefined;
}

async function loadExperimentOrRun(source: string, set: readonly string[]): Promise<Loaded> {
  if (!existsSync(join(source, "experiment.json"))) return loadExperiment(source, set);
  const changed = applyOverrides(ExperimentOptions, readExperiment(source), set);
  return {
    name: basename(source),
    experiment: parseExperiment(changed, join(source, "experiment.json")),
    manifest: readManifest(source),
  };
}

/** What there is now instead of what a run was trained with. */
function changesSince(manifest: Manifest, { data, pool, restyler }: JobParts): string[] {
  const digests: [string, string | undefined, string | undefined][] = [
    ["pictures", manifest.data.train, data.train.digest],
    ["synthetic pictures", manifest.pool?.digest, pool?.digest],
    ["stylizer", manifest.stylizer?.weights, restyler?.digests.weights],
    ["styles", manifest.stylizer?.styles, restyler?.digests.styles],
  ];
  return digests.filter(([, before, now]) => before !== now).map(([what]) => what);
}
