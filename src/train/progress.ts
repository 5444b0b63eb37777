/** What training tells while it runs. It never changes what is computed. */

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
  /** After an epoch, or after averaging: the journal's line. */
  | { kind: "epoch"; line: Readonly<Record<string, unknown>> }
  /** The last line of the journal. */
  | { kind: "end"; line: Readonly<Record<string, unknown>> }
  | { kind: "note"; text: string }
  /** Something that a user would want to know before the result is used. */
  | { kind: "warning"; text: string };

export type ReportProgress = (progress: Progress) => void;
