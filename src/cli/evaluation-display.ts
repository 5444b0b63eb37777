/** What a person sees while a model is measured: on a terminal a line that moves. */
import { createLogUpdate } from "log-update";
import { duration } from "../duration.ts";
import type { EvaluationProgress } from "../evaluate/progress.ts";
import type { Output } from "./command.ts";
import { DataDisplay } from "./data-display.ts";

type Of<Kind extends EvaluationProgress["kind"]> = Extract<EvaluationProgress, { kind: Kind }>;

/** A line that moves is drawn at most this often; elsewhere, as in the log of a queue, one is written at most that often. */
const REDRAW_MS = 100;
const LINE_MS = 10_000;

export class EvaluationDisplay {
  private readonly output: Output;
  private readonly moving: { (text: string): void; clear(): void } | undefined;
  private readonly loading: DataDisplay;
  private cells = 0;
  private cellsDone = 0;
  private last = "";
  private shown = performance.now();

  constructor(output: Output) {
    this.output = output;
    this.moving = output.isTerminal ? createLogUpdate(process.stderr) : undefined;
    this.loading = new DataDisplay(output);
  }

  /** Shows what an evaluation tells. */
  readonly report = (progress: EvaluationProgress): void => {
    if (progress.kind === "batch") this.move(progress);
    else if (progress.kind === "cell") {
      this.cellsDone++;
      this.last = `${progress.corruption} ${progress.severity}: ${percent(progress.accuracy)}`;
    } else if (progress.kind === "start") {
      this.cells = progress.cells;
      this.print(startLine(progress));
    } else if (progress.kind === "clean") this.print(`clean accuracy ${percent(progress.accuracy)}`);
    else {
      this.moving?.clear();
      this.loading.report(progress);
    }
  };

  /** Takes the moving line away. */
  end(): void {
    this.loading.end();
    this.moving?.clear();
  }

  private move({ done, total, seconds }: Of<"batch">): void {
    const now = performance.now();
    const pause = this.moving === undefined ? LINE_MS : REDRAW_MS;
    if (now - this.shown < pause) return;
    this.shown = now;
    const rate = Math.round(done / seconds).toLocaleString("en");
    const left = duration(((total - done) * seconds) / done);
    const words = [`${this.cellsDone} of ${this.cells} cells`, `${rate} pictures/s`, `${left} left`, this.last];
    const line = words.filter((word) => word !== "").join("  ");
    if (this.moving === undefined) this.output.err(`${line}\n`);
    else this.moving(line);
  }

  private print(line: string): void {
    this.end();
    this.output.err(`${line}\n`);
  }
}

function startLine({ model, pictures, origin, cells, known, device }: Of<"start">): string {
  const each = `${cells} ${cells === 1 ? "cell" : "cells"} of ${pictures.toLocaleString("en")} ${pictures === 1 ? "picture" : "pictures"}`;
  const before = known === 0 ? "" : `; ${known} ${known === 1 ? "was" : "were"} measured before`;
  return `Measuring ${model}, ${origin}, on ${device}: ${each}${before}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
