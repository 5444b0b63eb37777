/** The experiments that are known by name. Adding one: its file in `named/`, and its line here. */
import type { ExperimentInput } from "./experiment.ts";
import { cifar10 } from "./named/cifar10.ts";
import { fashionMnist } from "./named/fashion-mnist.ts";

export interface NamedExperiment {
  readonly name: string;
  readonly summary: string;
  readonly experiment: ExperimentInput;
}

export const namedExperiments: readonly NamedExperiment[] = [
  {
    name: "fashion-mnist",
    summary: "a first network in minutes, on 60,000 pictures of clothes",
    experiment: fashionMnist,
  },
  { name: "cifar10", summary: "a small WideResNet with TrivialAugment on CIFAR-10", experiment: cifar10 },
];
