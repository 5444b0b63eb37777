/** How far long work on pictures is. */
import { type DataSettings, REPORT_MS } from "../data/progress.ts";

/** What counts pictures, beginning after `before`, and tells of them a few times a second. */
export function follow(what: string, before: number, total: number, { report }: DataSettings): (count: number) => void {
  let done = before;
  let told = 0;
  return (count) => {
    done += count;
    const now = performance.now();
    if (now - told < REPORT_MS && done < total) return;
    told = now;
    report?.({ kind: "wait", what, done, total, unit: "pictures" });
  };
}
