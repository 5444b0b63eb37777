import { gelu, relu, silu } from "../engine/ops/activation.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Module } from "./module.ts";

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
}

/** Applies the function of that name. */
export function activate(name: ActivationName, input: Tensor): Tensor {
  return functions[name](input);
}
