import { gelu, relu, silu } from "../engine/ops/activation.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Module } from "./module.ts";
import type { OnnxGraph } from "./onnx.ts";

const functions = { relu, silu, gelu } as const;

/** Names of the non-linear functions. */
export type ActivationName = keyof typeof functions;

/** A non-linear function as a module, for `Sequential`. */
export class Activation extends Module {
  readonly name: ActivationName;

  constructor(name: ActivationName) {
    super();
    this.name = name;
  }

  forward(input: Tensor): Tensor {
    return activate(this.name, input);
  }

  override toOnnx(graph: OnnxGraph, input: string): string {
    return activationToOnnx(this.name, graph, this, input);
  }
}

/** Applies the function of that name. */
export function activate(name: ActivationName, input: Tensor): Tensor {
  return functions[name](input);
}

/** Writes the function of that name into a graph, as nodes of `module`; returns its output. See `Module.toOnnx`. */
export function activationToOnnx(name: ActivationName, graph: OnnxGraph, module: Module, input: string): string {
  const node = (operator: string, ...inputs: string[]) => graph.node(module, operator, inputs);
  switch (name) {
    case "relu":
      return node("Relu", input);
    case "silu":
      return node("Mul", input, node("Sigmoid", input));
    case "gelu": {
      // x/2 · (1 + erf(x/√2)): a Gelu of its own comes only with opset 20.
      const erf = node("Erf", node("Div", input, graph.constant("sqrt2", [Math.SQRT2])));
      const twice = node("Mul", input, node("Add", erf, graph.constant("one", [1])));
      return node("Mul", twice, graph.constant("half", [0.5]));
    }
  }
}
