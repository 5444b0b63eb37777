import { scope } from "../engine/scope.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Module } from "./module.ts";
import type { OnnxGraph } from "./onnx.ts";

/** Modules one after another; their paths are their numbers. */
export class Sequential extends Module {
  private readonly steps: readonly Module[];

  constructor(...steps: Module[]) {
    super();
    this.steps = steps;
  }

  override *children(): Iterable<[name: string, module: Module]> {
    for (const [index, step] of this.steps.entries()) yield [String(index), step];
  }

  forward(input: Tensor): Tensor {
    return passThrough(this.steps, input);
  }

  override toOnnx(graph: OnnxGraph, input: string): string {
    return this.steps.reduce((output, step) => step.toOnnx(graph, output), input);
  }
}

/**
 * Passes the input through modules one after another. What each makes on its way ends with it, and its output once the
 * next has used it: a pass without gradients holds a few tensors, not all of the network's. With gradients libtorch
 * keeps by itself what it needs (engine.md 3.2).
 */
export function passThrough(steps: Iterable<Module>, input: Tensor): Tensor {
  let output = input;
  for (const step of steps) {
    const next = scope(() => step.forward(output));
    if (output !== input && output !== next) output.dispose();
    output = next;
  }
  return output;
}
