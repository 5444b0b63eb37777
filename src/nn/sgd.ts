import { gradientOf, noGrad } from "../engine/autograd.ts";
import { zerosLike } from "../engine/ops/create.ts";
import { sgdStep_ } from "../engine/ops/fused-optimizer.ts";
import { keep, scope } from "../engine/scope.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { PlainArray } from "../formats/array.ts";
import { clearGradients, type Optimizer, type StepOptions, statesFromPlain, statesToPlain } from "./optimizer.ts";

export interface SgdOptions {
  /** Share of the last change that goes on, in [0,1). */
  momentum: number;
  /** Look ahead along the momentum. */
  nesterov: boolean;
  /** Added to the gradient, times the weight: on every parameter, biases and batch norm too (method.md 2). */
  weightDecay: number;
}

/**
 * Stochastic gradient descent with momentum: g' = g + d·w; v ← m·v + g'; w ← w - lr·(g' + m·v), or w - lr·v without
 * Nesterov. Source: method.md 2, torch.optim.SGD. One fused pass on CPUs, multi-tensor operators elsewhere.
 */
export class Sgd implements Optimizer {
  private readonly parameters: ReadonlyMap<string, Tensor>;
  private readonly velocities: Map<string, Tensor>;
  private readonly options: SgdOptions;

  constructor(parameters: ReadonlyMap<string, Tensor>, options: SgdOptions) {
    this.parameters = parameters;
    this.options = options;
    this.velocities = new Map(
      [...parameters].map(([path, tensor]) => [path, noGrad(() => keep(zerosLike(tensor)))]), // v = g' at the first step
    );
  }

  step({ learningRate, gradientFactor = 1 }: StepOptions): void {
    const { momentum, nesterov, weightDecay } = this.options;
    noGrad(() =>
      scope(() => {
        const weights: Tensor[] = [];
        const gradients: Tensor[] = [];
        const velocities: Tensor[] = [];
        for (const [path, weight] of this.parameters) {
          const gradient = gradientOf(weight);
          if (gradient === null) continue; // took no part in this step
          weights.push(weight);
          gradients.push(gradient);
          velocities.push(this.velocities.get(path)!);
        }
        sgdStep_(weights, gradients, velocities, { learningRate, momentum, weightDecay, nesterov, gradientFactor });
      }),
    );
    clearGradients(this.parameters.values());
  }

  stateDict(): Map<string, PlainArray> {
    return new Map(statesToPlain("velocity", this.velocities));
  }

  loadStateDict(state: ReadonlyMap<string, PlainArray>): void {
    statesFromPlain("velocity", this.velocities, state);
  }

  dispose(): void {
    for (const tensor of this.velocities.values()) tensor.dispose();
  }
}
