/** Stochastic weight averaging: the mean of the weights at the ends of several epochs. */
import { noGrad } from "../engine/autograd.ts";
import { copy_, lerp_ } from "../engine/ops/arithmetic.ts";
import { clone } from "../engine/ops/shape.ts";
import { keep, scope } from "../engine/scope.ts";
import { fromPlain, type Tensor, toPlain } from "../engine/tensor.ts";
import { PatinaError } from "../errors.ts";
import type { PlainArray } from "../formats/array.ts";
import { BatchNorm2d } from "./batch-norm.ts";
import type { Module } from "./module.ts";

/**
 * The running mean of a network's parameters; buffers are not averaged (method.md 2). A network with averaged
 * parameters needs new batch-norm statistics: `estimateBatchNorm`.
 */
export class AveragedWeights {
  private readonly source: ReadonlyMap<string, Tensor>;
  private means: Map<string, Tensor> | undefined;
  private taken = 0;

  constructor(parameters: ReadonlyMap<string, Tensor>) {
    this.source = parameters;
  }

  /** How many weights the mean is of. */
  get count(): number {
    return this.taken;
  }

  /** Takes the present weights into the mean; the first are copied. */
  update(): void {
    this.taken++;
    noGrad(() => {
      if (this.means === undefined) {
        this.means = new Map([...this.source].map(([path, tensor]) => [path, keep(clone(tensor))]));
        return;
      }
      for (const [path, tensor] of this.source) lerp_(this.means.get(path)!, tensor, 1 / this.taken);
    });
  }

  /** Overwrites the network's parameters with the mean. @throws PatinaError `argument` before the first update. */
  apply(): void {
    const means = this.means;
    if (means === undefined)
      throw new PatinaError(
        "argument",
        "AveragedWeights: nothing was averaged yet. Call update() at the end of an epoch.",
      );
    noGrad(() => {
      for (const [path, tensor] of this.source) copy_(tensor, means.get(path)!);
    });
  }

  /** For a checkpoint; empty before the first update. */
  stateDict(): Map<string, PlainArray> {
    return new Map([...(this.means ?? [])].map(([path, tensor]) => [path, toPlain(tensor)]));
  }

  /** @throws PatinaError `weights` where a parameter is missing or has another shape; nothing is changed then. */
  loadStateDict(state: ReadonlyMap<string, PlainArray>, count: number): void {
    const means = count === 0 ? undefined : this.meansFrom(state);
    this.dispose();
    this.means = means;
    this.taken = count;
  }

  dispose(): void {
    for (const tensor of this.means?.values() ?? []) tensor.dispose();
    this.means = undefined;
  }

  private meansFrom(state: ReadonlyMap<string, PlainArray>): Map<string, Tensor> {
    const copyOf = ([path, tensor]: [string, Tensor]): [string, Tensor] => {
      const given = state.get(path);
      if (given === undefined || `${given.shape}` !== `${tensor.shape}`)
        throw new PatinaError(
          "weights",
          `The averaged weights lack ${path} [${tensor.shape}]. Resume with a whole checkpoint.`,
        );
      return [path, copy_(clone(tensor), fromPlain(given))];
    };
    const means = noGrad(() => scope(() => new Map([...this.source].map(copyOf))));
    for (const mean of means.values()) keep(mean);
    return means;
  }
}

/**
 * Replaces the running statistics of all batch norms by their plain means over the batches that `pass` sends through
 * the network, which is in training mode meanwhile, dropout included (method.md 2).
 */
export async function estimateBatchNorm(network: Module, pass: () => Promise<void>): Promise<void> {
  const norms = [...network.modules()].map(([, module]) => module).filter((module) => module instanceof BatchNorm2d);
  for (const norm of norms) norm.resetStatistics();
  network.setTraining(true);
  try {
    await pass();
  } finally {
    for (const norm of norms) norm.endCumulative();
  }
}
