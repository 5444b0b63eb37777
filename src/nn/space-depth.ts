/** Pixels as channels and back, as modules for `Sequential`: other sides, and nothing lost. */
import { depthToSpace, spaceToDepth } from "../engine/ops/resample.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Module } from "./module.ts";

/** Squares of 2x2 pixels as one pixel with all their channels.  [N,C,H,W] -> [N,4·C,H/2,W/2]; H and W are even. */
export class SpaceToDepth2d extends Module {
  forward(images: Tensor): Tensor {
    return spaceToDepth(images);
  }
}

/** The inverse.  [N,4·C,H,W] -> [N,C,2·H,2·W]. */
export class DepthToSpace2d extends Module {
  forward(images: Tensor): Tensor {
    return depthToSpace(images);
  }
}
