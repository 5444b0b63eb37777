/** How much of the paper's budget a reproduction takes. Every row of a table has the same. */
import type { ExperimentInput } from "../experiment/experiment.ts";

export const scaleNames = ["miniature", "small", "paper"] as const;
export type ScaleName = (typeof scaleNames)[number];

export interface Scale {
  readonly name: ScaleName;
  readonly summary: string;
  /** What is trained otherwise than in the paper. */
  readonly changes: Pick<ExperimentInput, "train"> & Partial<Pick<ExperimentInput, "model">>;
  /** Test pictures that are measured; all where not given. */
  readonly testPictures: number | undefined;
  /** Unless others are asked for. */
  readonly seeds: readonly number[];
}

export const scales: readonly Scale[] = [
  {
    name: "miniature",
    summary: "to see in minutes that everything works: its numbers mean nothing",
    changes: {
      model: { kind: "wide-resnet", depth: 10, width: 1, dropout: 0 },
      train: { epochs: 1, batch: 50, subset: 200, schedule: { kind: "cosine" }, averaging: "none" },
    },
    testPictures: 20,
    seeds: [0],
  },
  {
    name: "small",
    summary: "for a processor: which row is better than which, in hours, not how good",
    changes: {
      // No dropout, and half the paper's batch: so small a network in so few steps underfits. What augments needs epochs: in
      // 40, TrivialAugment gave next to nothing on corrupted pictures, in 80 it helped in every pair of rows (docs/reproduce.md).
      model: { kind: "wide-resnet", depth: 10, width: 2, dropout: 0 },
      train: { epochs: 80, batch: 128, subset: 10_000, schedule: { kind: "cosine" }, averaging: "none" },
    },
    testPictures: 1000,
    seeds: [0, 1, 2],
  },
  {
    name: "paper",
    summary: "the paper's own settings: days on a GPU",
    changes: { train: {} },
    testPictures: undefined,
    seeds: [0, 1, 2],
  },
];

export const findScale = (name: ScaleName): Scale => scales.find((scale) => scale.name === name)!;
