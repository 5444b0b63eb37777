/**
 * Mirrored borders with what stands before them, in one operator of our own for the CPU (native/fused/reflection-pad.cpp):
 * libtorch 1.13 takes four times as long, loses channels_last, and has no bfloat16 (engine.md 6). The twin of stock
 * operators gives the same numbers on every device.
 */
import { operator } from "../operator.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { relu } from "./activation.ts";
import { maxPool } from "./pool.ts";
import { depthToSpace, reflectionPad, spaceToDepth, upsampleNearest } from "./resample.ts";

export interface ReluResamplePadOptions {
  /** Whether max(0, x) comes first. */
  relu: boolean;
  /**
   * Then "max" takes the largest of squares of 2x2 pixels, incomplete ones at the border too; "nearest" doubles the sides;
   * "space_to_depth" and "depth_to_space" do what those of resample.ts do.
   */
  resample: "none" | "nearest" | "max" | "space_to_depth" | "depth_to_space";
}

const padOperator = operator<[Tensor, ReluResamplePadOptions["resample"], boolean], Tensor>(
  "patina::reflection_pad(Tensor images, str resample, bool relu) -> Tensor",
);

/**
 * ReLU, then other sides, then one pixel mirrored at each border.  [N,C,H,W] -> [N,C',H'+2,W'+2] in channels_last on the
 * CPU; H' is H, 2·H or ⌈H/2⌉. On the CPU one operator that keeps only its input for the gradient; elsewhere its twin.
 * @throws PatinaError `torch` where H' or W' is 1, or sides or channels do not make squares
 */
export function reluResamplePad(images: Tensor, options: ReluResamplePadOptions): Tensor {
  if (images.device !== "cpu" || !["float32", "bfloat16"].includes(images.dtype))
    return reluResamplePadTwin(images, options);
  return padOperator(images, options.resample, options.relu);
}

/** `reluResamplePad` of stock operators, on any device. */
export function reluResamplePadTwin(images: Tensor, options: ReluResamplePadOptions): Tensor {
  return scope(() => {
    const rectified = options.relu ? relu(images) : images;
    const resampled = {
      none: () => rectified,
      nearest: () => upsampleNearest(rectified, 2),
      max: () => maxPool(rectified, 2, "ceil"),
      space_to_depth: () => spaceToDepth(rectified),
      depth_to_space: () => depthToSpace(rectified),
    }[options.resample]();
    return reflectionPad(resampled, 1);
  });
}
