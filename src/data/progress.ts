/** What loading and fetching tell while they run. It never changes what is loaded. */
import { setImmediate } from "node:timers/promises";
import { PatinaError } from "../errors.ts";

export type DataProgress =
  | { kind: "note"; text: string }
  /** Something that a user would want to know before the pictures are used. */
  | { kind: "warning"; text: string }
  /** During long work, a few times a second: `what` it is ("decoding pictures/train"), how far, and of how much, if that is known. */
  | {
      kind: "wait";
      what: string;
      done: number;
      total: number | undefined;
      unit: "pictures" | "files" | "bytes" | "steps" | "draws";
    };

export interface DataSettings {
  report?: ((progress: DataProgress) => void) | undefined;
  /** Aborted to stop early. */
  signal?: AbortSignal | undefined;
}

/** A report of `wait` is made at most this often. */
export const REPORT_MS = 200;

/**
 * For long work in this thread: called with how far it is, now and then tells it, and lets signals come through.
 * @throws PatinaError `interrupted` (what is called throws it)
 */
export function startPace(
  wait: Omit<Extract<DataProgress, { kind: "wait" }>, "kind" | "done">,
  { report, signal }: DataSettings,
): (done: number) => Promise<void> {
  let told = performance.now();
  return async (done) => {
    if (performance.now() - told < REPORT_MS && !signal?.aborted) return;
    report?.({ kind: "wait", ...wait, done });
    await setImmediate();
    if (signal?.aborted) throw new PatinaError("interrupted", `${wait.what}: stopped. Nothing was left half-written.`);
    told = performance.now();
  };
}
