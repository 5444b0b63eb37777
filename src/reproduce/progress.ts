/** What a reproduction tells while it runs. It never changes what is computed. */
import type { DataProgress } from "../data/progress.ts";
import type { EvaluationProgress } from "../evaluate/progress.ts";
import type { Progress } from "../train/progress.ts";

export type ReproduceProgress =
  /** Before the first run: what every row gets. */
  | { kind: "budget"; text: string; folder: string }
  /** Before a run, from 1: it is taken up where it was begun. Seconds for it and those after it, once that can be guessed. */
  | { kind: "run"; row: string; seed: number; place: number; total: number; secondsLeft: number | undefined }
  | { kind: "train"; progress: Progress }
  | { kind: "evaluate"; progress: EvaluationProgress }
  /** While data are looked at, and while the report is made. */
  | DataProgress;

export type ReportReproduction = (progress: ReproduceProgress) => void;
