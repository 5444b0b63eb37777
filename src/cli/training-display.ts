/** What a person sees of a training: a line an epoch, and on a terminal a line that moves. */
import Table from "cli-table3";
import { createLogUpdate } from "log-update";
import { duration } from "../duration.ts";
import type { TrainResult } from "../experiment/train.ts";
import type { JournalLine } from "../run/journal.ts";
import type { Progress } from "../train/progress.ts";
import type { Output } from "./command.ts";
import { DataDisplay } from "./data-display.ts";

type Of<Kind extends Progress["kind"]> = Extract<Progress, { kind: Kind }>;

/** A line that moves is drawn at most this often. */
const REDRAW_MS = 100;

export class TrainingDisplay {
  private readonly output: Output;
  private readonly moving: { (text: string): void; clear(): void } | undefined;
  private readonly loading: DataDisplay;
  private start: Of<"start"> | undefined;
  private begun = performance.now();
  private drawn = 0;
  /** Of what was carried out here: epochs, the seconds of their steps, and the pictures in them. */
  private epochsDone = 0;
  private seconds = 0;
  private pictures = 0;
  private last: Of<"end"> | undefined;

  constructor(output: Output) {
    this.output = output;
    this.moving = output.isTerminal ? createLogUpdate(process.stderr) : undefined;
    this.loading = new DataDisplay(output);
  }

  /** Shows what training tells. */
  readonly report = (progress: Progress): void => {
    if (progress.kind === "step") this.move(progress);
    else if (progress.kind === "wait") this.loading.report(progress);
    else if (progress.kind === "end") this.last = progress;
    else this.print(this.lineOf(progress));
  };

  /** Takes the moving line away. */
  end(): void {
    this.loading.end();
    this.moving?.clear();
  }

  /** The result as a table, and where the run lies. */
  summary({ run, testAccuracy }: TrainResult): string {
    const table = new Table({ style: { head: [], border: [] } });
    table.push(
      { "test accuracy": percent(testAccuracy) },
      { "test loss": this.last?.line.testLoss?.toFixed(4) ?? "" },
      { epochs: String(this.last?.line.epoch ?? "") },
    );
    if (this.pictures > 0)
      table.push(
        { speed: `${rate(this.pictures, this.seconds)} pictures a second in training` },
        { time: duration((performance.now() - this.begun) / 1000) },
      );
    table.push({ run });
    return `${table.toString()}\nWhat it is worth on corrupted pictures: patina evaluate ${run}   As a file for others: patina export ${run} network.onnx\n`;
  }

  private lineOf(progress: Exclude<Progress, { kind: "step" | "end" | "wait" }>): string {
    switch (progress.kind) {
      case "start":
        this.start = progress;
        this.begun = performance.now();
        return startLine(progress);
      case "epoch":
        this.epochsDone++;
        this.seconds += progress.seconds;
        this.pictures += progress.pictures;
        return this.epochLine(progress);
      case "averaged":
        return averagedLine(progress.line);
      case "note":
        return progress.text;
      case "warning":
        return `Warning: ${progress.text}`;
    }
  }

  private epochLine({ line, seconds, pictures }: Of<"epoch">): string {
    const { epochs = 0 } = this.start ?? {};
    const { epoch = 0 } = line;
    // What the epochs took here, measuring included, is the best guess at those to come.
    const left = ((epochs - epoch) * (performance.now() - this.begun)) / 1000 / this.epochsDone;
    const words = [
      `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
      `loss ${line.loss?.toFixed(4)}`,
      ...(line.cleanAccuracy === undefined ? [] : [`held-out accuracy ${percent(line.cleanAccuracy)}`]),
      ...(line.robustAccuracy === undefined ? [] : [`robust ${percent(line.robustAccuracy)}`]),
      `learning rate ${line.learningRate?.toPrecision(3)}`,
      `${rate(pictures, seconds)} pictures/s`,
      ...(epoch === epochs ? [] : [`${duration(left)} left`]),
    ];
    return words.join("  ");
  }

  private move({ epoch, step, steps, loss, seconds, pictures }: Of<"step">): void {
    if (this.moving === undefined || (performance.now() - this.drawn < REDRAW_MS && step < steps)) return;
    this.drawn = performance.now();
    const { epochs = 0, pictures: whole = 0 } = this.start ?? {};
    const secondsAnEpoch = (whole * seconds) / pictures;
    const left = (1 - step / steps) * secondsAnEpoch;
    this.moving(
      `epoch ${epoch + 1}/${epochs}  ${bar(step / steps)}  step ${step}/${steps}  loss ${loss.toFixed(4)}  ` +
        `${rate(pictures, seconds)} pictures/s  ${duration(left)} left of the epoch, ` +
        `${duration(left + (epochs - epoch - 1) * secondsAnEpoch)} in all`,
    );
  }

  private print(line: string): void {
    this.end();
    this.output.err(`${line}\n`);
  }
}

function startLine({ run, pictures, epochs, device, threads, isResumed }: Of<"start">): string {
  const where = device === "cpu" ? `the CPU, ${threads} thread${threads === 1 ? "" : "s"}` : device;
  return `${isResumed ? "Going on with" : "Training into"} ${run}: ${pictures.toLocaleString("en")} pictures, ${epochs} epoch${epochs === 1 ? "" : "s"}, on ${where}`;
}

function averagedLine({ cleanAccuracy, robustAccuracy }: JournalLine): string {
  const robust = robustAccuracy === undefined ? "" : `, robust ${percent(robustAccuracy)}`;
  return `averaged weights: held-out accuracy ${percent(cleanAccuracy)}${robust}`;
}

function bar(share: number): string {
  const full = Math.round(20 * share);
  return `${"█".repeat(full)}${"░".repeat(20 - full)}`;
}

const percent = (share: number | undefined): string => (share === undefined ? "-" : `${(100 * share).toFixed(2)} %`);

const rate = (pictures: number, seconds: number): string =>
  seconds === 0 ? "-" : Math.round(pictures / seconds).toLocaleString("en");
