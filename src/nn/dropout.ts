import { dropout } from "../engine/ops/fused.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Module } from "./module.ts";
import type { OnnxGraph } from "./onnx.ts";

/**
 * In training drops each element of any input with a probability in [0,1), and multiplies what is left by 1/(1 - p); in
 * evaluation does nothing. Before a batch norm, `BatchNorm2d` does it in one pass with the normalisation.
 */
export class Dropout extends Module {
  readonly probability: number;

  constructor(probability: number) {
    super();
    this.probability = probability;
  }

  forward(input: Tensor): Tensor {
    return this.training && this.drawsAtRandom ? dropout(input, this.probability, this.dropoutKey()) : input;
  }

  override toOnnx(_graph: OnnxGraph, input: string): string {
    return input;
  }

  protected override get drawsAtRandom(): boolean {
    return this.probability > 0;
  }
}
