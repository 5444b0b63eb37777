/** What a person sees while pictures are decoded, fetched or imported: on a terminal a line that moves. */
import { createLogUpdate } from "log-update";
import { megabytes } from "../data/free-space.ts";
import type { DataProgress } from "../data/progress.ts";
import { duration } from "../duration.ts";
import type { Output } from "./command.ts";

/** Elsewhere, as in the log of a queue, a line is written at most this often. */
const LINE_MS = 10_000;

export class DataDisplay {
  private readonly output: Output;
  private readonly moving: { (text: string): void; clear(): void } | undefined;
  private what = "";
  private begun = 0;
  private start = 0;
  private written = 0;

  constructor(output: Output) {
    this.output = output;
    this.moving = output.isTerminal ? createLogUpdate(process.stderr) : undefined;
  }

  readonly report = (progress: DataProgress): void => {
    if (progress.kind === "wait") this.wait(progress);
    else {
      this.end();
      this.output.err(`${progress.kind === "warning" ? "Warning: " : ""}${progress.text}\n`);
    }
  };

  /** Takes the moving line away. */
  end(): void {
    this.moving?.clear();
  }

  private wait({ what, done, total, unit }: Extract<DataProgress, { kind: "wait" }>): void {
    const now = performance.now();
    if (what !== this.what) {
      this.what = what;
      this.begun = now;
      this.start = done; // a download may go on in its midst
      this.written = now;
    }
    const count = unit === "bytes" ? megabytes : (value: number) => value.toLocaleString("en");
    const words = unit === "bytes" ? "" : ` ${unit}`;
    const rate = unit === "pictures" || unit === "steps" ? this.rate(done, now) : "";
    const line = `${what}: ${count(done)}${total === undefined ? "" : ` of ${count(total)}`}${words}${rate}${this.left(done, total, now)}`;
    if (this.moving !== undefined) this.moving(line);
    else if (now - this.written >= LINE_MS) {
      this.written = now;
      this.output.err(`${line}\n`);
    }
  }

  private rate(done: number, now: number): string {
    if (done === this.start) return "";
    const perSecond = (1000 * (done - this.start)) / (now - this.begun);
    const digits = perSecond < 10 ? Number(perSecond.toPrecision(2)) : Math.round(perSecond);
    return `, ${digits.toLocaleString("en", { maximumFractionDigits: 20 })} a second`;
  }

  private left(done: number, total: number | undefined, now: number): string {
    if (total === undefined || done === total || done === this.start) return "";
    return `, ${duration(((total - done) * (now - this.begun)) / (done - this.start) / 1000)} left`;
  }
}
