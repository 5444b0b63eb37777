import { conv2d } from "../engine/ops/convolution.ts";
import { convolve3x3 } from "../engine/ops/fused-convolution.ts";
import { contiguous, to } from "../engine/ops/shape.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Stream } from "../random/stream.ts";
import { defaultBound, uniformTensor } from "./initialise.ts";
import { Module, parameter } from "./module.ts";
import type { OnnxGraph } from "./onnx.ts";

export interface Conv2dOptions {
  stride?: number;
  /** Zeros around the images, in pixels. */
  padding?: number;
  groups?: number;
  bias?: "with" | "without";
}

/** Convolution of images [N,I,H,W] with squares of `size` pixels to [N,O,H',W']. Weights lie in channels_last. */
export class Conv2d extends Module {
  readonly weight: Tensor; // [O,I/groups,size,size]
  readonly bias: Tensor | null; // [O]
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;

  constructor(stream: Stream, inputs: number, outputs: number, size: number, options: Conv2dOptions = {}) {
    super();
    this.stride = options.stride ?? 1;
    this.padding = options.padding ?? 0;
    this.groups = options.groups ?? 1;
    const fanIn = (inputs / this.groups) * size * size;
    const shape = [outputs, inputs / this.groups, size, size];
    const bound = defaultBound(fanIn);
    using drawn = uniformTensor(stream.fork("weight"), shape, bound);
    this.weight = parameter(contiguous(drawn, "channels_last"));
    this.bias = options.bias === "without" ? null : parameter(uniformTensor(stream.fork("bias"), [outputs], bound));
  }

  forward(images: Tensor): Tensor {
    const { stride, padding, groups, computeDtype } = this;
    if (computeDtype === "float32")
      return this.isPlain
        ? convolve3x3(images, this.weight, this.bias, { padding })
        : conv2d(images, this.weight, this.bias, { stride, padding, groups });
    const bias = this.bias && to(this.bias, computeDtype);
    return conv2d(to(images, computeDtype), to(this.weight, computeDtype), bias, { stride, padding, groups });
  }

  private get isPlain(): boolean {
    return this.weight.shape[2] === 3 && this.stride === 1 && this.groups === 1;
  }

  override toOnnx(graph: OnnxGraph, images: string): string {
    const { weight, bias, stride, padding, groups } = this;
    const weights = [weight, ...(bias ? [bias] : [])].map((tensor) => graph.weight(tensor));
    return graph.node(this, "Conv", [images, ...weights], {
      kernel_shape: weight.shape.slice(2),
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
      group: groups,
    });
  }
}
