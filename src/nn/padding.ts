/** Images mirrored at their borders by one pixel, alone or in one operator with what stands before it. */
import { type ReluResamplePadOptions, reluResamplePad } from "../engine/ops/fused-padding.ts";
import type { Tensor } from "../engine/tensor.ts";
import { PatinaError } from "../errors.ts";
import { Activation } from "./activation.ts";
import { Module } from "./module.ts";
import { MaxPool2d } from "./pooling.ts";
import { passThrough, Sequential } from "./sequential.ts";
import { DepthToSpace2d, SpaceToDepth2d } from "./space-depth.ts";
import { NearestUpsample2d } from "./upsampling.ts";

/** One pixel mirrored at each border, as a module for `Sequential`.  [N,C,H,W] -> [N,C,H+2,W+2]. */
export class ReflectionPad2d extends Module {
  private readonly before: ReluResamplePadOptions;

  /** @param before what else it does, before that */
  constructor(before: ReluResamplePadOptions = { relu: false, resample: "none" }) {
    super();
    this.before = before;
  }

  /** @throws PatinaError `argument` where a side has one pixel when it comes to the border */
  forward(images: Tensor): Tensor {
    const [height, width] = images.shape.slice(2) as [number, number];
    const { resample } = this.before;
    const smallest = { none: 2, nearest: 1, max: 3, space_to_depth: 4, depth_to_space: 1 }[resample];
    if (Math.min(height, width) < smallest)
      throw new PatinaError(
        "argument",
        `ReflectionPad2d: images of ${height}x${width} have nothing beside their border to mirror. Give sides of ${smallest} pixels or more.`,
      );
    return reluResamplePad(images, this.before);
  }
}

/** A `Sequential` that carries out every [ReLU] [other sides] `ReflectionPad2d` as one operator. */
export class PaddedSequential extends Sequential {
  private readonly fused: readonly Module[];

  constructor(...steps: Module[]) {
    super(...steps);
    this.fused = fusePadding(steps);
  }

  override forward(input: Tensor): Tensor {
    return passThrough(this.fused, input);
  }
}

function fusePadding(steps: readonly Module[]): readonly Module[] {
  const fused: Module[] = [];
  for (const step of steps) {
    if (!(step instanceof ReflectionPad2d)) {
      fused.push(step);
      continue;
    }
    const resample = resamplingOf(fused.at(-1));
    if (resample !== "none") fused.pop();
    const last = fused.at(-1);
    const relu = last instanceof Activation && last.name === "relu";
    if (relu) fused.pop();
    fused.push(new ReflectionPad2d({ relu, resample }));
  }
  return fused;
}

function resamplingOf(step: Module | undefined): ReluResamplePadOptions["resample"] {
  if (step instanceof MaxPool2d && step.size === 2 && step.border === "ceil") return "max";
  if (step instanceof NearestUpsample2d && step.factor === 2) return "nearest";
  if (step instanceof SpaceToDepth2d) return "space_to_depth";
  if (step instanceof DepthToSpace2d) return "depth_to_space";
  return "none";
}
