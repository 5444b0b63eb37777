/** What an evaluation tells while it runs. It never changes what is measured. */

import type { Severity } from "../corrupt/define.ts";
import type { DataProgress } from "../data/progress.ts";

export type EvaluationProgress =
  /** Before the first picture: `cells` are to be measured, `known` were measured before. */
  | { kind: "start"; model: string; pictures: number; origin: string; cells: number; known: number; device: string }
  /** Clean accuracy, in [0,1]. */
  | { kind: "clean"; accuracy: number }
  /** After a batch: pictures of corrupted cells done of all to be measured, and the seconds that they took. */
  | { kind: "batch"; done: number; total: number; seconds: number }
  /** After a cell was written. */
  | { kind: "cell"; corruption: string; severity: Severity; accuracy: number }
  /** Notes, warnings, and what is waited for while pictures are loaded. */
  | DataProgress;

export type ReportEvaluation = (progress: EvaluationProgress) => void;
