/** The experiments that are known by name. Adding one: its file in `named/`, and its line here; the paper's are made there. */
import type { ExperimentInput } from "./experiment.ts";
import { cifar10 } from "./named/cifar10.ts";
import { fashionMnist } from "./named/fashion-mnist.ts";
import { paperDataSets, paperExperiment, paperRows } from "./named/paper.ts";

export interface NamedExperiment {
  readonly name: string;
  readonly summary: string;
  readonly experiment: ExperimentInput;
}

/** What the names of the paper's experiments begin with. */
export const PAPER = "paper/";

export const namedExperiments: readonly NamedExperiment[] = [
  {
    name: "fashion-mnist",
    summary: "a first network in minutes, on 60,000 pictures of clothes",
    experiment: fashionMnist,
  },
  { name: "cifar10", summary: "a small WideResNet with TrivialAugment on CIFAR-10", experiment: cifar10 },
  ...paperDataSets.flatMap((dataSet) =>
    paperRows
      .filter(({ dataSets }) => dataSets.includes(dataSet))
      .map((row) => ({
        name: `${PAPER}${dataSet}/${row.name}`,
        summary: row.summary,
        experiment: paperExperiment(dataSet, row),
      })),
  ),
];
