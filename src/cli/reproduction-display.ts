/** What a person sees of a reproduction: which run, how long the rest takes, and in each what training and evaluation show. */
import { duration } from "../duration.ts";
import type { ReproduceProgress } from "../reproduce/progress.ts";
import type { Output } from "./command.ts";
import { DataDisplay } from "./data-display.ts";
import { EvaluationDisplay } from "./evaluation-display.ts";
import { TrainingDisplay } from "./training-display.ts";

export class ReproductionDisplay {
  private readonly output: Output;
  private readonly data: DataDisplay;
  /** Warnings about the data, which every run would tell again. */
  private readonly known = new Set<string>();
  /** Of the run at hand. */
  private training: TrainingDisplay;
  private evaluation: EvaluationDisplay;

  constructor(output: Output) {
    this.output = output;
    this.data = new DataDisplay(output);
    this.training = new TrainingDisplay(output);
    this.evaluation = new EvaluationDisplay(output);
  }

  readonly report = (progress: ReproduceProgress): void => {
    switch (progress.kind) {
      case "budget":
        this.print(`${progress.text}.\nInto ${progress.folder}`);
        return;
      case "run":
        this.print(`\n${runLine(progress)}`);
        this.training = new TrainingDisplay(this.output);
        this.evaluation = new EvaluationDisplay(this.output);
        return;
      case "train":
        if (!this.isKnown(progress.progress)) this.training.report(progress.progress);
        return;
      case "evaluate":
        this.training.end();
        if (!this.isKnown(progress.progress)) this.evaluation.report(progress.progress);
        return;
      default:
        if (this.isKnown(progress)) return;
        if (progress.kind === "warning") this.known.add(progress.text);
        this.end();
        this.data.report(progress);
    }
  };

  /** Takes moving lines away. */
  end(): void {
    this.training.end();
    this.evaluation.end();
    this.data.end();
  }

  private isKnown(progress: { kind: string; text?: string }): boolean {
    return progress.kind === "warning" && this.known.has(progress.text!);
  }

  private print(line: string): void {
    this.end();
    this.output.err(`${line}\n`);
  }
}

function runLine({ row, seed, place, total, secondsLeft }: Extract<ReproduceProgress, { kind: "run" }>): string {
  const left = secondsLeft === undefined ? "" : `, about ${duration(secondsLeft)} left for all`;
  return `Run ${place} of ${total}: ${row}, seed ${seed}${left}`;
}
