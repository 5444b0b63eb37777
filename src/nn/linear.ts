import { linear } from "../engine/ops/linear.ts";
import { to } from "../engine/ops/shape.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Stream } from "../random/stream.ts";
import { defaultBound, uniformTensor } from "./initialise.ts";
import { Module, parameter } from "./module.ts";
import type { OnnxGraph } from "./onnx.ts";

/** x Wᵀ + b: [...,I] -> [...,O]. */
export class Linear extends Module {
  readonly weight: Tensor; // [O,I]
  readonly bias: Tensor; // [O]

  constructor(stream: Stream, inputs: number, outputs: number) {
    super();
    const bound = defaultBound(inputs);
    this.weight = parameter(uniformTensor(stream.fork("weight"), [outputs, inputs], bound));
    this.bias = parameter(uniformTensor(stream.fork("bias"), [outputs], bound));
  }

  forward(input: Tensor): Tensor {
    const { computeDtype } = this;
    if (computeDtype === "float32") return linear(input, this.weight, this.bias);
    return linear(to(input, computeDtype), to(this.weight, computeDtype), to(this.bias, computeDtype));
  }

  /** Not as Gemm, which takes two dimensions only. Programs transpose the weight once, when they load the file. */
  override toOnnx(graph: OnnxGraph, input: string): string {
    const transposed = graph.node(this, "Transpose", [graph.weight(this.weight)], { perm: [1, 0] });
    const product = graph.node(this, "MatMul", [input, transposed]);
    return graph.node(this, "Add", [product, graph.weight(this.bias)]);
  }
}
