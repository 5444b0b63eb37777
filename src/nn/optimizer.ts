/** What all optimizers share. */

import { noGrad, setGradient } from "../engine/autograd.ts";
import { copy_ } from "../engine/ops/arithmetic.ts";
import { scope } from "../engine/scope.ts";
import { fromPlain, type Tensor, toPlain } from "../engine/tensor.ts";
import { PatinaError } from "../errors.ts";
import type { PlainArray } from "../formats/array.ts";

export interface StepOptions {
  /** Size of this step. */
  learningRate: number;
  /** What gradients are multiplied by first: the clipping of their norm (`clipFactor`), 1 for none. */
  gradientFactor?: number;
}

/** Changes parameters by their gradients, and keeps what it remembers from step to step. */
export interface Optimizer {
  /** One update from the gradients that `backward` left; they are taken away. */
  step(options: StepOptions): void;
  /** What it remembers, for a checkpoint. */
  stateDict(): Map<string, PlainArray>;
  /** @throws PatinaError `weights` where the state is not of this optimizer and these parameters. */
  loadStateDict(state: ReadonlyMap<string, PlainArray>): void;
  dispose(): void;
}

/** Takes all gradients away; null rather than zero (see `setGradient`). */
export function clearGradients(parameters: Iterable<Tensor>): void {
  for (const parameter of parameters) setGradient(parameter, null);
}

/** A group of tensors that an optimizer remembers, by "name/path of the parameter". */
export function statesToPlain(group: string, tensors: ReadonlyMap<string, Tensor>): [string, PlainArray][] {
  return [...tensors].map(([path, tensor]) => [`${group}/${path}`, toPlain(tensor)]);
}

/** Fills the tensors of a group from plain data. */
export function statesFromPlain(
  group: string,
  tensors: ReadonlyMap<string, Tensor>,
  state: ReadonlyMap<string, PlainArray>,
): void {
  noGrad(() => {
    for (const [path, tensor] of tensors) {
      const given = state.get(`${group}/${path}`);
      const wanted = `${tensor.dtype}[${tensor.shape}]`;
      if (given === undefined || `${given.dtype}[${given.shape}]` !== wanted)
        throw new PatinaError(
          "weights",
          `The optimizer's ${group} of ${path} is ${given === undefined ? "missing" : `${given.dtype}[${given.shape}], not ${wanted}`}. ` +
            "Resume with the checkpoint of this very experiment.",
        );
      scope(() => copy_(tensor, fromPlain(given)));
    }
  });
}
