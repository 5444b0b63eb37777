/** Fewer pixels. */
import { operator } from "../operator.ts";
import type { Tensor } from "../tensor.ts";

const averagePoolOperator = operator<[Tensor, number[], number[]], Tensor>(
  "aten::avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor",
);
const maxPoolOperator = operator<[Tensor, number[], number[], number[], number[], boolean], Tensor>(
  "aten::max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor",
);
const globalPoolOperator = operator<[Tensor, number[]], Tensor>(
  "aten::adaptive_avg_pool2d(Tensor self, int[2] output_size) -> Tensor",
);

/** Means of squares of `size` pixels that do not overlap.  [N,C,H,W] -> [N,C,⌊H/size⌋,⌊W/size⌋]. */
export function averagePool(images: Tensor, size: number): Tensor {
  return averagePoolOperator(images, [size, size], [size, size]);
}

/** Largest of squares of `size` pixels that do not overlap; "ceil" keeps an incomplete square at the border. */
export function maxPool(images: Tensor, size: number, border: "floor" | "ceil" = "floor"): Tensor {
  return maxPoolOperator(images, [size, size], [size, size], [0, 0], [1, 1], border === "ceil");
}

/** Mean of each channel.  [N,C,H,W] -> [N,C,1,1]. */
export function globalAveragePool(images: Tensor): Tensor {
  return globalPoolOperator(images, [1, 1]);
}
