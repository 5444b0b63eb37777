import { upsampleNearest } from "../engine/ops/resample.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Module } from "./module.ts";

/** Every pixel as a square of `factor` pixels, as a module for `Sequential`.  [N,C,H,W] -> [N,C,H·factor,W·factor]. */
export class NearestUpsample2d extends Module {
  readonly factor: number;

  constructor(factor: number) {
    super();
    this.factor = factor;
  }

  forward(images: Tensor): Tensor {
    return upsampleNearest(images, this.factor);
  }
}
