/** What an evaluation can be asked for. */
import type { Severity } from "../corrupt/define.ts";
import type { SuiteName } from "../corrupt/suites.ts";
import type { SuiteResult } from "./evaluation.ts";
import type { EdgeRule } from "./metrics/calibration.ts";
import type { OnnxInput } from "./onnx-model.ts";
import type { Part } from "./pictures.ts";
import type { ReportEvaluation } from "./progress.ts";

export interface EvaluateOptions {
  /** A checkpoint of the run, as `patina train --from` takes it, or "best"; its final weights where not given. */
  checkpoint?: string | undefined;
  /** Where data sets lie; as when the run was trained, where not given. */
  dataFolder?: string | undefined;
  /** A known data set, a folder of pictures (brought to the model's size), or a run whose data are taken; the run's own where not given. */
  dataSet?: string | undefined;
  /** "held": the pictures that training held out. Default "test". */
  part?: Part | undefined;
  /** A folder of published files; corrupted pictures are made here where not given. */
  official?: string | undefined;
  /** Default c and c-bar; of published files all corruptions that are there. */
  suites?: readonly SuiteName[] | undefined;
  /** These corruptions only, whatever the suites. */
  only?: readonly string[] | undefined;
  /** Default all. Without one of them a corruption has no mean. */
  severities?: readonly Severity[] | undefined;
  /** Suites that must be whole at the end: where one would not be, nothing is measured. */
  needs?: readonly SuiteResult["suite"][] | undefined;
  /** So many pictures of each class by its share, the same always; all where not given. */
  subset?: number | undefined;
  /** A run or file, evaluated before on the same pictures, that corruption errors are relative to. */
  reference?: string | undefined;
  /** A run or file, evaluated before on the same pictures, to compare with picture by picture. */
  against?: string | undefined;
  /** Where results lie; `evaluation/` of a run, `FILE.evaluation/` beside a file, where not given. */
  out?: string | undefined;
  /** Pictures at once: memory and speed depend on it. Default 250. */
  batch?: number | undefined;
  /** "cpu", "cuda:0", or "auto". Default "auto". */
  device?: string | undefined;
  /** How an ONNX file wants its pictures, where it does not say so. */
  input?: OnnxInput | undefined;
  /** Where confidences on an edge of calibration's bins belong. Default "library". */
  edges?: EdgeRule | undefined;
  report?: ReportEvaluation | undefined;
  /** Aborted to stop after the batch that is running. */
  signal?: AbortSignal | undefined;
}
