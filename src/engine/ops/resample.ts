/** Images of another size, and images continued over their borders. */
import { operator } from "../operator.ts";
import type { Tensor } from "../tensor.ts";

const reflectionPadOperator = operator<[Tensor, number[]], Tensor>(
  "aten::reflection_pad2d(Tensor self, int[4] padding) -> Tensor",
);
const nearestOperator = operator<[Tensor, number[], number, number], Tensor>(
  "aten::upsample_nearest2d(Tensor self, int[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor",
);
const bilinearOperator = operator<[Tensor, number[], boolean], Tensor>(
  "aten::upsample_bilinear2d(Tensor self, int[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor",
);
const antialiasedOperator = operator<[Tensor, number[], boolean], Tensor>(
  "aten::_upsample_bilinear2d_aa(Tensor self, int[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor",
);

/** Images mirrored at their borders, whose own pixels are not repeated; sides are longer than `padding`. [N,C,H,W] -> [N,C,H+2·padding,W+2·padding]. */
export function reflectionPad(images: Tensor, padding: number): Tensor {
  return reflectionPadOperator(images, [padding, padding, padding, padding]);
}

/** Every pixel as a square of `factor` pixels.  [N,C,H,W] -> [N,C,H·factor,W·factor]. */
export function upsampleNearest(images: Tensor, factor: number): Tensor {
  const [height, width] = images.shape.slice(2) as [number, number];
  return nearestOperator(images, [height * factor, width * factor], factor, factor);
}

/**
 * Bilinear with half-pixel centres.  [N,C,H,W] -> [N,C,height,width]. They differ where it shrinks: "antialiased" weighs
 * every pixel, as Pillow does, "plain" looks at the four nearest ones and skips the others.
 */
export function resizeImages(
  images: Tensor,
  { height, width }: { readonly height: number; readonly width: number },
  scaling: "antialiased" | "plain",
): Tensor {
  const resize = scaling === "plain" ? bilinearOperator : antialiasedOperator;
  return resize(images, [height, width], false);
}
