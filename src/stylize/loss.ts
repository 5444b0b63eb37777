/** What the decoder is trained on. Source: Huang and Belongie 2017, equations 11 to 13; method.md 4.7. */
import { noGrad } from "../engine/autograd.ts";
import { add } from "../engine/ops/arithmetic.ts";
import { ones } from "../engine/ops/create.ts";
import { meanSquaredError } from "../engine/ops/loss.ts";
import { contiguous, to } from "../engine/ops/shape.ts";
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
}

/**
 * The losses of restyling each content image with the style image at its place, at full strength.
 * Gradients reach the decoder, and those of the encoder's weights that ask for them, through the output only: what is
 * asked for is fixed.
 * @param content [N,3,H,W] in [0,1], sides divisible by the stride
 * @param style [N,3,H',W'] in [0,1]
 */
export function stylizerLoss(stylizer: Stylizer, content: Tensor, style: Tensor): StylizerLosses {
  const stagesOf = (images: Tensor) =>
    stylizer.encoder.stageFeatures(contiguous(images, "channels_last")).map((features) => to(features, "float32"));
  return scope(() => {
    const { wanted, styles } = noGrad(() => {
      const styles = stagesOf(style).map(channelStatistics);
      const features = stagesOf(content).at(-1)!;
      const strength = ones([features.shape[0]!], "float32", features.device);
      return { wanted: adain(features, styles.at(-1)!, strength), styles };
    });
    const output = stagesOf(stylizer.decode(wanted));
    const distances = output.map(channelStatistics).flatMap(({ mean, variance }, stage) => {
      const target = styles[stage]!;
      return [
        meanSquaredError(mean, target.mean),
        meanSquaredError(deviationOf(variance), deviationOf(target.variance)),
      ];
    });
    return {
      content: meanSquaredError(output.at(-1)!, wanted),
      style: distances.reduce((sum, part) => add(sum, part)),
    };
  });
}
