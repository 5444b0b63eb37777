import { gradientOf, noGrad } from "../engine/autograd.ts";
import { zerosLike } from "../engine/ops/create.ts";
import { adamwStep_ } from "../engine/ops/fused-optimizer.ts";
import { keep, scope } from "../engine/scope.ts";
import type { Tensor } from "../engine/tensor.ts";
import { PatinaError } from "../errors.ts";
import type { PlainArray } from "../formats/array.ts";
import { clearGradients, type Optimizer, type StepOptions, statesFromPlain, statesToPlain } from "./optimizer.ts";

export interface AdamWOptions {
  /** How long the means of gradients and of their squares remember, each in [0,1). */
  betas: readonly [number, number];
  /** Added to the root, so that small gradients do not explode. */
  epsilon: number;
  /** Share of the weight, times the learning rate, taken away at each step, apart from the gradient. */
  weightDecay: number;
}

/**
 * Adam with decoupled weight decay: w ← w - lr·d·w; m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)g²;
 * w ← w - lr/(1-β₁ᵗ) · m / (√v/√(1-β₂ᵗ) + ε). Source: Loshchilov and Hutter 2019, torch.optim.AdamW; method.md 6.4.
 */
export class AdamW implements Optimizer {
  private readonly parameters: ReadonlyMap<string, Tensor>;
  private readonly means: Map<string, Tensor>;
  private readonly squares: Map<string, Tensor>;
  private readonly options: AdamWOptions;
  private steps = 0;

  constructor(parameters: ReadonlyMap<string, Tensor>, options: AdamWOptions) {
    this.parameters = parameters;
    this.options = options;
    const zeros = () =>
      new Map([...parameters].map(([path, tensor]) => [path, noGrad(() => keep(zerosLike(tensor)))] as const));
    this.means = zeros();
    this.squares = zeros();
  }

  step({ learningRate, gradientFactor = 1 }: StepOptions): void {
    const { betas, epsilon, weightDecay } = this.options;
    this.steps++;
    const meanCorrection = 1 - betas[0] ** this.steps;
    const squareCorrection = Math.sqrt(1 - betas[1] ** this.steps);
    noGrad(() =>
      scope(() => {
        const trained = [...this.parameters].flatMap(([path, weight]) => {
          const gradient = gradientOf(weight);
          return gradient === null ? [] : [{ path, weight, gradient }];
        });
        const weights = trained.map(({ weight }) => weight);
        const gradients = trained.map(({ gradient }) => gradient);
        const means = trained.map(({ path }) => this.means.get(path)!);
        const squares = trained.map(({ path }) => this.squares.get(path)!);
        adamwStep_(weights, gradients, means, squares, {
          ...{ learningRate, betas, epsilon, weightDecay, gradientFactor },
          ...{ meanCorrection, squareCorrection },
        });
      }),
    );
    clearGradients(this.parameters.values());
  }

  stateDict(): Map<string, PlainArray> {
    const steps = new Uint8Array(new Float64Array([this.steps]).buffer);
    return new Map([
      ...statesToPlain("mean", this.means),
      ...statesToPlain("square", this.squares),
      ["steps", { dtype: "float64", shape: [], bytes: steps }] as const,
    ]);
  }

  loadStateDict(state: ReadonlyMap<string, PlainArray>): void {
    const steps = state.get("steps");
    if (steps?.dtype !== "float64" || steps.bytes.length !== 8)
      throw new PatinaError(
        "weights",
        "The optimizer's count of steps is missing. Resume with the checkpoint of this very experiment.",
      );
    statesFromPlain("mean", this.means, state);
    statesFromPlain("square", this.squares, state);
    this.steps = new DataView(steps.bytes.buffer, steps.bytes.byteOffset).getFloat64(0, true);
  }

  dispose(): void {
    for (const tensor of [...this.means.values(), ...this.squares.values()]) tensor.dispose();
  }
}
