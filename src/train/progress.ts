/** What training tells while it runs. It never changes what is computed. */
import type { DataProgress } from "../data/progress.ts";
import type { JournalLine } from "../run/journal.ts";

export type Progress =
  /** Before the first step. */
  | {
      kind: "start";
      run: string;
      pictures: number;
      epochs: number;
      device: string;
      threads: number;
      isResumed: boolean;
    }
  /** After a step: `pictures` were trained on in `seconds` since the epoch was begun or taken up. */
  | { kind: "step"; epoch: number; step: number; steps: number; loss: number; seconds: number; pictures: number }
  /** After an epoch: the journal's line, and how long its `pictures` took. */
  | { kind: "epoch"; line: JournalLine; seconds: number; pictures: number }
  /** After the averaged weights were measured on the held-out pictures. */
  | { kind: "averaged"; line: JournalLine }
  /** The last line of the journal. */
  | { kind: "end"; line: JournalLine }
  /** Notes, warnings, and what is waited for while pictures are loaded. */
  | DataProgress;

export type ReportProgress = (progress: Progress) => void;
