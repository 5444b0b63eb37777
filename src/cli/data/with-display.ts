/** What commands on data sets show, and how they are stopped. */
import type { DataSet } from "../../data/picture-set.ts";
import type { DataSettings } from "../../data/progress.ts";
import type { Output } from "../command.ts";
import { DataDisplay } from "../data-display.ts";
import { onInterrupt } from "../interrupt.ts";

/** Does the work with its progress on display; Ctrl-C stops it in order. */
export async function withDisplay<T>(output: Output, work: (settings: DataSettings) => Promise<T>): Promise<T> {
  const display = new DataDisplay(output);
  const stop = new AbortController();
  const letGo = onInterrupt(() => stop.abort());
  try {
    return await work({ report: display.report, signal: stop.signal });
  } finally {
    letGo();
    display.end();
  }
}

export const countsOf = ({ train, test, classes }: DataSet): string =>
  `${train.count.toLocaleString("en")} training pictures and ${test.count.toLocaleString("en")} for the test, ${classes.length} classes`;
