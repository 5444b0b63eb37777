/** Convolution of images. With images and weights in channels_last, CPUs are up to five times faster (engine.md 5.2). */
import { operator } from "../operator.ts";
import type { Tensor } from "../tensor.ts";

const conv2dOperator = operator<[Tensor, Tensor, Tensor | null, number[], number[], number[], number], Tensor>(
  "aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] dilation=1, int groups=1) -> Tensor",
);

export interface ConvolutionOptions {
  stride?: number;
  /** Zeros around the images, in pixels. */
  padding?: number;
  dilation?: number;
  groups?: number;
}

/** images [N,I,H,W], weight [O,I/groups,h,w], bias [O] -> [N,O,H',W'], H' = ⌊(H + 2·padding - dilation·(h-1) - 1)/stride⌋ + 1. */
export function conv2d(images: Tensor, weight: Tensor, bias: Tensor | null, options: ConvolutionOptions = {}): Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  return conv2dOperator(images, weight, bias, [stride, stride], [padding, padding], [dilation, dilation], groups);
}
