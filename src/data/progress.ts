/** What loading and fetching tell while they run. It never changes what is loaded. */

export type DataProgress =
  | { kind: "note"; text: string }
  /** Something that a user would want to know before the pictures are used. */
  | { kind: "warning"; text: string }
  /** During long work, a few times a second: `what` it is ("decoding pictures/train"), how far, and of how much, if that is known. */
  | { kind: "wait"; what: string; done: number; total: number | undefined; unit: "pictures" | "files" | "bytes" };

export interface DataSettings {
  report?: ((progress: DataProgress) => void) | undefined;
  /** Aborted to stop early. */
  signal?: AbortSignal | undefined;
}

/** A report of `wait` is made at most this often. */
export const REPORT_MS = 200;
