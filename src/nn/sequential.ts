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
 * Passes the input through modules one after another, each in a scope of its own around all before it. So what it makes
 * on its way ends with it, and its output with the scope of the next: a pass without gradients holds a few tensors, not
 * all of the network's. With gradients libtorch keeps by itself what it needs (engine.md 3.2).
 */
export function passThrough(steps: readonly Module[], input: Tensor): Tensor {
  const pass = steps.reduce<() => Tensor>(
    (before, step) => () => scope(() => step.forward(before())),
    () => input,
  );
  return pass();
}
