/** What the decoder is trained on. Source: Huang and Belongie 2017, equations 11 to 13; method.md 4.7; total variation as in Johnson and others 2016. */
import { noGrad } from "../engine/autograd.ts";
import { add, sub } from "../engine/ops/arithmetic.ts";
import { ones } from "../engine/ops/create.ts";
import { meanSquaredError } from "../engine/ops/loss.ts";
import { contiguous, slice, to } from "../engine/ops/shape.ts";
import { scope } from "../engine/scope.ts";
import type { Tensor } from "../engine/tensor.ts";
import { adain, channelStatistics, deviationOf } from "./adain.ts";
import type { Stylizer } from "./stylizer.ts";

/** Single numbers, [] float32 with gradients; the published decoder was trained on content + 10·style. */
export interface StylizerLosses {
  /** How far the features of the output are from those asked for. */
  readonly content: Tensor;
  /** How far the means and deviations of its features are from the style's, over the first ReLU of every stage. */
  readonly style: Tensor;
  /** Squared steps of colour (red and blue beside green) from pixel to pixel: total variation, of colour only. */
  readonly smooth: Tensor;
}

/** Rows and columns that are cut off at the top left. */
export interface Cut {
  readonly top: number;
  readonly left: number;
}

/**
 * The losses of restyling each content image with the style image at its place, at full strength.
 * Gradients reach the decoder, and those of the encoder's weights that ask for them, through the output only: what is
 * asked for is fixed.
 * @param content [N,3,H,W] in [0,1], sides divisible by the stride
 * @param style [N,3,H',W'] in [0,1]
 * @param cut what of the output is not looked at, less than the stride each way: a decoder whose output is always looked at
 *   in the same squares of pixels learns patterns that only these squares do not show. As many pixels in all are left out
 *   below and on the right as make a whole square.
 */
export function stylizerLoss(stylizer: Stylizer, content: Tensor, style: Tensor, cut?: Cut): StylizerLosses {
  const stagesOf = (images: Tensor) =>
    stylizer.encoder.stageFeatures(contiguous(images, "channels_last")).map((features) => to(features, "float32"));
  const seen = (images: Tensor) => (cut === undefined ? images : shortened(images, cut, stylizer.stride));
  return scope(() => {
    const styles = noGrad(() => stagesOf(style).map(channelStatistics));
    const wantedOf = (images: Tensor) =>
      noGrad(() => {
        const features = stagesOf(images).at(-1)!;
        return adain(features, styles.at(-1)!, ones([features.shape[0]!], "float32", features.device));
      });
    const wanted = wantedOf(content);
    const image = stylizer.decode(wanted);
    const output = stagesOf(seen(image));
    const distances = output.map(channelStatistics).flatMap(({ mean, variance }, stage) => {
      const target = styles[stage]!;
      return [
        meanSquaredError(mean, target.mean),
        meanSquaredError(deviationOf(variance), deviationOf(target.variance)),
      ];
    });
    return {
      content: meanSquaredError(output.at(-1)!, cut === undefined ? wanted : wantedOf(seen(content))),
      style: distances.reduce((sum, part) => add(sum, part)),
      smooth: colourSteps(image),
    };
  });
}

/** Without the rows and columns before the cut, and without so many after it that `stride` less are left. */
function shortened(images: Tensor, { top, left }: Cut, stride: number): Tensor {
  const [height, width] = images.shape.slice(2) as [number, number];
  return slice(slice(images, 2, top, top + height - stride), 3, left, left + width - stride);
}

/** images [N,3,H,W]: mean squared differences of neighbours, summed over both colours and both directions. */
function colourSteps(images: Tensor): Tensor {
  const channel = (index: number) => slice(images, 1, index, index + 1);
  return [sub(channel(0), channel(1)), sub(channel(2), channel(1))]
    .flatMap((colour) =>
      [2, 3].map((dimension) => {
        const size = colour.shape[dimension]!;
        return meanSquaredError(slice(colour, dimension, 1, size), slice(colour, dimension, 0, size - 1));
      }),
    )
    .reduce((sum, part) => add(sum, part));
}
