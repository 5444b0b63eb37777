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
    return this.steps.reduce((output, step) => step.forward(output), input);
  }

  override toOnnx(graph: OnnxGraph, input: string): string {
    return this.steps.reduce((output, step) => step.toOnnx(graph, output), input);
  }
}
