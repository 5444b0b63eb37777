/** The learning rate as a function of epoch and step. Source: method.md 2, with its checked values as tests. */
import { defaultAveragingRate, defaultFirst, type ScheduleOptions, type TrainOptions } from "./options.ts";

/** What a schedule needs of the options of training. */
export type ScheduledOptions = Pick<TrainOptions, "epochs" | "schedule" | "averaging"> & {
  optimizer: { learningRate: number };
};

/** A cycle of warm restarts: where it starts, and its epochs. */
interface Cycle {
  start: number;
  length: number;
}

/** The cosine from `rate` at 0 to 0 at 1. */
const cosine = (rate: number, progress: number): number => 0.5 * rate * (1 + Math.cos(Math.PI * progress));

/**
 * The learning rate of a step.
 * @param epoch from 0
 * @param progress share of the epoch's steps that came before, in [0,1); only the plain cosine looks at it
 */
export function learningRate(options: ScheduledOptions, epoch: number, progress = 0): number {
  const first = firstAveraged(options);
  if (options.averaging === "none" || first === undefined || epoch <= first)
    return scheduledRate(options, epoch, progress);
  // The first averaging epoch still runs at the schedule's rate; from there the rate goes to its own in a line.
  const start = scheduledRate(options, first, 0);
  const target = options.averaging.learningRate ?? defaultAveragingRate(options.optimizer.learningRate);
  return start + (target - start) * Math.min((epoch - first) / options.averaging.anneal, 1);
}

/** The first epoch, from 0, at whose end the weights are taken into the mean; undefined where none is. */
export function firstAveraged({
  epochs,
  averaging,
}: Pick<ScheduledOptions, "epochs" | "averaging">): number | undefined {
  if (averaging === "none") return undefined;
  // Epochs with e + 1 > from · epochs; 0.9 · 300 is not a whole number in floating point, so it is rounded there first.
  return Math.floor(Math.round(averaging.from * epochs * 1e9) / 1e9);
}

/** The epochs at which the rate jumps back to its start, from 0. */
export function restarts(options: Pick<ScheduledOptions, "epochs" | "schedule">): number[] {
  const { schedule, epochs } = options;
  if (schedule.kind !== "warm-restarts") return [0];
  const starts: number[] = [];
  for (
    let start = 0, length = schedule.first ?? defaultFirst(epochs);
    start < epochs;
    start += length, length *= schedule.factor
  )
    starts.push(start);
  return starts;
}

/**
 * A warning where warm restarts end in the middle of a cycle, at a rate that leaves the weights unsettled: above 5 % of
 * the first, or above that of averaging. Multiples of 15 epochs end with their cycle (method.md 2).
 */
export function scheduleWarning(options: ScheduledOptions): string | undefined {
  const { schedule, epochs, optimizer, averaging } = options;
  if (schedule.kind !== "warm-restarts") return undefined;
  const last = learningRate(options, epochs - 1);
  const share = last / optimizer.learningRate;
  const harmless =
    averaging === "none"
      ? 0.05
      : (averaging.learningRate ?? defaultAveragingRate(optimizer.learningRate)) / optimizer.learningRate;
  if (share <= harmless * 1.001) return undefined;
  return (
    `The last of the ${epochs} epochs runs at ${last.toPrecision(2)}, ${Math.round(100 * share)} % of the learning rate, ` +
    'in the middle of a restart. Choose a multiple of 15 epochs, or schedule: { kind: "cosine" }.'
  );
}

function scheduledRate({ schedule, epochs, optimizer }: ScheduledOptions, epoch: number, progress: number): number {
  if (schedule.kind === "constant") return optimizer.learningRate;
  if (schedule.kind === "cosine") return cosine(optimizer.learningRate, (epoch + progress) / epochs);
  const { start, length } = cycleOf(schedule, epochs, epoch);
  return cosine(optimizer.learningRate, (epoch - start) / length);
}

function cycleOf(schedule: Extract<ScheduleOptions, { kind: "warm-restarts" }>, epochs: number, epoch: number): Cycle {
  let cycle = { start: 0, length: schedule.first ?? defaultFirst(epochs) };
  while (epoch >= cycle.start + cycle.length)
    cycle = { start: cycle.start + cycle.length, length: cycle.length * schedule.factor };
  return cycle;
}
