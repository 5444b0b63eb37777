/** Pooling as modules, for `Sequential`. */
import { averagePool, globalAveragePool, maxPool } from "../engine/ops/pool.ts";
import { flatten } from "../engine/ops/shape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Module } from "./module.ts";
import type { OnnxGraph } from "./onnx.ts";

/** Means of squares of `size` pixels that do not overlap.  [N,C,H,W] -> [N,C,⌊H/size⌋,⌊W/size⌋]. */
export class AveragePool2d extends Module {
  readonly size: number;

  constructor(size: number) {
    super();
    this.size = size;
  }

  forward(images: Tensor): Tensor {
    return averagePool(images, this.size);
  }

  override toOnnx(graph: OnnxGraph, images: string): string {
    return graph.node(this, "AveragePool", [images], squares(this.size));
  }
}

/** Largest of squares of `size` pixels that do not overlap; "ceil" keeps an incomplete square at the border. */
export class MaxPool2d extends Module {
  readonly size: number;
  readonly border: "floor" | "ceil";

  constructor(size: number, border: "floor" | "ceil" = "floor") {
    super();
    this.size = size;
    this.border = border;
  }

  forward(images: Tensor): Tensor {
    return maxPool(images, this.size, this.border);
  }

  override toOnnx(graph: OnnxGraph, images: string): string {
    const ceil_mode = this.border === "ceil" ? 1 : 0;
    return graph.node(this, "MaxPool", [images], { ...squares(this.size), ceil_mode });
  }
}

/** Mean of each channel.  [N,C,H,W] -> [N,C]. */
export class GlobalAveragePool extends Module {
  forward(images: Tensor): Tensor {
    return flatten(globalAveragePool(images), 1); // [N,C]
  }

  override toOnnx(graph: OnnxGraph, images: string): string {
    const pooled = graph.node(this, "GlobalAveragePool", [images]);
    return graph.node(this, "Flatten", [pooled], { axis: 1 });
  }
}

const squares = (size: number) => ({ kernel_shape: [size, size], strides: [size, size] });
