/** Chooses when pictures are restyled by measuring both ways on the first batches. Bytes do not depend on it. */

import type { EpochPlan } from "./plan.ts";
import type { Restyling, RestylingSchedule } from "./restyling.ts";
import { AHEAD } from "./restyling.ts";

/** Batches that each way is measured on. */
const MEASURED = 4;

export class RestylingPlanner {
  private readonly restyling: Restyling;
  private readonly report: (text: string) => void;
  private chosen: RestylingSchedule | undefined;
  /** When each batch of the trial began: first some that are not measured, then those ahead, then a block. */
  private readonly begun: number[] = [];
  /** Of the trial. */
  private epoch = -1;

  /** @param wanted "auto" measures first */
  constructor(restyling: Restyling, wanted: RestylingSchedule | "auto", report: (text: string) => void) {
    this.restyling = restyling;
    this.report = report;
    this.chosen = wanted === "auto" ? undefined : wanted;
  }

  /** To be called before each batch of the plan is waited for. */
  async beforeBatch(plan: EpochPlan, batch: number, pause: () => Promise<void>): Promise<void> {
    if (this.chosen === undefined) this.measure(plan);
    await this.restyling.provide(plan.epoch, this.endOf(plan, batch), pause);
  }

  private endOf(plan: EpochPlan, batch: number): number {
    if (this.chosen === "before") return plan.ends.length;
    const inBlock = this.begun.length - 1 - 2 * MEASURED;
    if (this.chosen === "ahead" || inBlock < 0) return batch + AHEAD;
    // A block is restyled at its first batch, so that each way restyles as many pictures while it is measured.
    return batch - inBlock + AHEAD - 1 + MEASURED;
  }

  private measure({ epoch, ends }: EpochPlan): void {
    if (ends.length <= 3 * MEASURED) {
      this.chosen = "ahead";
      this.report("Restyling a few batches ahead of training: an epoch is too short to measure another way");
      return;
    }
    // What lies between two epochs, measuring and writing, is no part of either way.
    if (epoch !== this.epoch) this.begun.length = 0;
    this.epoch = epoch;
    this.begun.push(performance.now());
    if (this.begun.length <= 3 * MEASURED) return;
    const time = (from: number) => (this.begun[from + MEASURED]! - this.begun[from]!) / MEASURED;
    this.choose(time(MEASURED), time(2 * MEASURED));
  }

  /** @param ahead ms a batch; @param before as well */
  private choose(ahead: number, before: number): void {
    // Nearly as fast is not worth the wait before each epoch.
    this.chosen = before < 0.97 * ahead ? "before" : "ahead";
    const [a, b] = [ahead, before].map((time) => `${time.toFixed(0)} ms a batch`);
    this.report(
      this.chosen === "ahead"
        ? `Restyling a few batches ahead of training (${a}; ${b} where all of an epoch is done before it, which would mean a wait)`
        : `Restyling before each epoch (${b}; ${a} where it is done a few batches ahead of training)`,
    );
  }
}
