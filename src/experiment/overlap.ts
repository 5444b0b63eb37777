/** The overlap of a run's own training augmentations with the corruptions that it is measured on. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { PipelineOptions } from "../augment/pipeline.ts";
import { type SuiteName, suiteCorruptions } from "../corrupt/suites.ts";
import { type DataSettings, REPORT_MS } from "../data/progress.ts";
import { setThreadCount } from "../engine/device.ts";
import { chanceTextOfEnd } from "../evaluate/metrics/chance.ts";
import { measureOverlap, type Overlap, type OverlapOptions } from "../evaluate/overlap.ts";
import { loadRunData } from "../evaluate/pictures.ts";
import { loadTrainedNetwork } from "../evaluate/trained-network.ts";
import { readJournal } from "../run/journal.ts";
import { readExperiment } from "../run/run.ts";
import { pipelineOptions } from "../train/picture-options.ts";
import { parseExperiment } from "./experiment.ts";

export interface RunOverlapOptions extends Pick<OverlapOptions, "augmentationDraws" | "corruptionDraws" | "signal"> {
  /** Where data sets lie; as when the run was trained, where not given. */
  dataFolder?: string | undefined;
  /** Default c and c-bar. */
  suites?: readonly SuiteName[] | undefined;
  /** These corruptions only, whatever the suites. */
  only?: readonly string[] | undefined;
  /** Told what is waited for. */
  report?: DataSettings["report"];
}

/** What training does to original pictures by rule as a whole, as a name among the augmentations. */
const WHOLE = "all together";

/**
 * Measures each augmentation of original pictures alone, and all together with flip and crop, in the features of the
 * run's own network. Restyling is no part of it.
 * @throws PatinaError as `loadTrainedNetwork`, `loadRunData` and `measureOverlap`
 */
export async function overlapOfRun(run: string, options: RunOverlapOptions = {}): Promise<Overlap[]> {
  const { dataFolder, report, suites = [], only = [], ...settings } = options;
  const { original } = parseExperiment(readExperiment(run), join(run, "experiment.json"));
  const { data, split } = await loadRunData(run, dataFolder, { report, signal: options.signal });
  const alone = original.augment.map((one): [string, PipelineOptions] => [
    one.kind,
    { flip: 0, crop: "none", augment: [one] },
  ]);
  const augmentations = { ...Object.fromEntries(alone), [WHOLE]: pipelineOptions(original, data.cropPadding) };
  const wanted = (suites.length > 0 ? suites : ["c", "c-bar"]).flatMap((suite) => suiteCorruptions(suite, data.train));
  const weak = chanceTextOfEnd({ testCount: data.test.count, classCount: data.classes.length, ...endOfRun(run) });
  if (weak !== undefined)
    report?.({ kind: "warning", text: `${weak} Such features say little of what is close; train the run for longer.` });
  const corruptions = [...new Set(only.length > 0 ? only : wanted)];
  const [mine, theirs] = [Object.keys(augmentations).length, corruptions.length];
  report?.({
    kind: "note",
    text: `Comparing ${mine} ${mine === 1 ? "augmentation" : "augmentations"} with ${theirs} ${theirs === 1 ? "corruption" : "corruptions"} in what the run's network makes of them; this takes minutes`,
  });
  let told = performance.now();
  setThreadCount(availableParallelism());
  const trained = await loadTrainedNetwork(run);
  try {
    return await measureOverlap(trained, data.train, {
      ...settings,
      report: (done, total) => {
        if (performance.now() - told < REPORT_MS) return;
        told = performance.now();
        report?.({ kind: "wait", what: "overlap", done, total, unit: "draws" });
      },
      augmentations,
      corruptions,
      among: split.train,
    });
  } finally {
    trained.network.dispose();
  }
}

const endOfRun = (run: string) => readJournal(join(run, "journal.jsonl")).at(-1);
