/** The second part of training a stylizer: the decoder learns to make pictures of features; the encoder stays. */
import { backward } from "../../engine/autograd.ts";
import { add, mul } from "../../engine/ops/arithmetic.ts";
import { meanSquaredError } from "../../engine/ops/loss.ts";
import { scope } from "../../engine/scope.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import { imagesOf } from "../images.ts";
import { type Cut, stylizerLoss } from "../loss.ts";
import type { Stylizer } from "../stylizer.ts";
import type { StylizerTrainingOptions } from "./options.ts";
import { takeStep } from "./step.ts";

/** Means over the pictures of a step, before its update. */
export interface DecoderLosses {
  readonly content: number;
  readonly style: number;
  /** Mean squared error of rebuilt pixels in [0,1]. */
  readonly rebuild: number;
  readonly smooth: number;
}

/** Pictures of one side, [N,size,size,3] uint8 each. */
export interface DecoderBatch {
  readonly size: number;
  /** Restyled, each with the style at its place. */
  readonly content: Uint8Array;
  readonly style: Uint8Array;
  /** Only taken apart and put together again: Huang and Belongie have none, but strength 0 should be the picture. */
  readonly rebuilt: Uint8Array;
  readonly cut: Cut;
}

/** One update. The encoder's weights must ask for no gradients. */
export function decoderStep(
  stylizer: Stylizer,
  optimizer: Optimizer,
  { size, content, style, rebuilt, cut }: DecoderBatch,
  { styleWeight, rebuildWeight, smoothWeight }: StylizerTrainingOptions["decoder"],
  learningRate: number,
): DecoderLosses {
  const images = (bytes: Uint8Array) => imagesOf(bytes, { height: size, width: size, channels: 3 }, "cpu");
  return scope(() => {
    const losses = stylizerLoss(stylizer, images(content), images(style), cut);
    const wanted = images(rebuilt);
    const rebuild = meanSquaredError(stylizer.forward(wanted), wanted);
    const restyling = add(add(losses.content, mul(losses.style, styleWeight)), mul(losses.smooth, smoothWeight));
    backward(add(restyling, mul(rebuild, rebuildWeight)));
    const values = {
      content: losses.content.item(),
      style: losses.style.item(),
      rebuild: rebuild.item(),
      smooth: losses.smooth.item(),
    };
    takeStep(optimizer, [stylizer.decoder], learningRate);
    return values;
  });
}
