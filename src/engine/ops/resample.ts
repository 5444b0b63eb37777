/** Images of another size, and images continued over their borders. */
import { operator } from "../operator.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { permute, reshape } from "./shape.ts";

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

/** Images continued by their mirror image below and on the right, by less than their sides.  [N,C,H,W] -> [N,C,height,width]. */
export function mirrorToSize(
  images: Tensor,
  { height, width }: { readonly height: number; readonly width: number },
): Tensor {
  const [ownHeight, ownWidth] = images.shape.slice(2) as [number, number];
  return reflectionPadOperator(images, [0, width - ownWidth, 0, height - ownHeight]);
}

/** Squares of 2x2 pixels as one pixel with all their channels, row by row: y, x, channel.  [N,C,H,W] -> [N,4·C,H/2,W/2]; H and W are even. */
export function spaceToDepth(images: Tensor): Tensor {
  return scope(() => {
    const [count, channels, height, width] = images.shape as [number, number, number, number];
    const squares = reshape(images, [count, channels, height / 2, 2, width / 2, 2]);
    return reshape(permute(squares, [0, 3, 5, 1, 2, 4]), [count, 4 * channels, height / 2, width / 2]);
  });
}

/** The inverse of `spaceToDepth`.  [N,4·C,H,W] -> [N,C,2·H,2·W]. */
export function depthToSpace(images: Tensor): Tensor {
  return scope(() => {
    const [count, channels, height, width] = images.shape as [number, number, number, number];
    const squares = reshape(images, [count, 2, 2, channels / 4, height, width]);
    return reshape(permute(squares, [0, 3, 4, 1, 5, 2]), [count, channels / 4, 2 * height, 2 * width]);
  });
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
