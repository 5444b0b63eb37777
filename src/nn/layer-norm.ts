import { ones, zeros } from "../engine/ops/create.ts";
import { layerNorm } from "../engine/ops/normalise.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Module, parameter } from "./module.ts";
import type { OnnxGraph } from "./onnx.ts";

/** Normalises each example over its last dimension [...,D] to mean 0 and variance 1, then scales and shifts. */
export class LayerNorm extends Module {
  readonly weight: Tensor; // [D]
  readonly bias: Tensor; // [D]
  readonly epsilon: number;

  constructor(features: number, epsilon = 1e-5) {
    super();
    this.weight = parameter(ones([features]));
    this.bias = parameter(zeros([features]));
    this.epsilon = epsilon;
  }

  forward(input: Tensor): Tensor {
    return layerNorm(input, this.weight.shape, this.weight, this.bias, this.epsilon);
  }

  override toOnnx(graph: OnnxGraph, input: string): string {
    const inputs = [input, graph.weight(this.weight), graph.weight(this.bias)];
    return graph.node(this, "LayerNormalization", inputs, { axis: -1, epsilon: { float: this.epsilon } });
  }
}
