/** Wide residual networks for small pictures. Source: Zagoruyko and Komodakis 2016 in the form of method.md 6.1. */
import { z } from "zod";
import { add_ } from "../engine/ops/arithmetic.ts";
import { to } from "../engine/ops/shape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { BatchNorm2d } from "../nn/batch-norm.ts";
import { Conv2d } from "../nn/convolution.ts";
import { Linear } from "../nn/linear.ts";
import { Module } from "../nn/module.ts";
import type { OnnxGraph } from "../nn/onnx.ts";
import { GlobalAveragePool } from "../nn/pooling.ts";
import { passThrough, Sequential } from "../nn/sequential.ts";
import type { Stream } from "../random/stream.ts";
import { Classifier, type ClassifierShape } from "./classifier.ts";

export const WideResNetOptions = z
  .strictObject({
    kind: z.literal("wide-resnet"),
    depth: z
      .int()
      .min(10)
      .max(1000)
      .refine((depth) => (depth - 4) % 6 === 0, "must be 6n + 4: 10, 16, 22, 28, 34, 40, ...")
      .default(28)
      .describe("layers, 6n + 4, from 10 to 1000"),
    width: z
      .int()
      .min(1)
      .max(64)
      .default(4)
      .describe("widening factor: channels of the stages are 16, 32, 64 times it"),
    dropout: z
      .number()
      .min(0)
      .max(0.95)
      .default(0.2)
      .describe("probability, between the convolutions of a block, in [0, 0.95]"),
    activation: z
      .enum(["silu", "relu"])
      .default("silu")
      .describe("the paper's runs use silu, the original network relu"),
  })
  .describe("wide residual network, for small pictures");
export type WideResNetOptions = z.infer<typeof WideResNetOptions>;

type BlockOptions = { stride: number; dropout: number; activation: "silu" | "relu" };

/** BN, act, conv, dropout, BN, act, conv with the stride; plus the raw input, by a 1x1 convolution where shapes differ. */
class Block extends Module {
  readonly bn1: BatchNorm2d;
  readonly conv1: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly shortcut: Sequential;

  constructor(stream: Stream, inputs: number, outputs: number, { stride, dropout, activation }: BlockOptions) {
    super();
    this.bn1 = new BatchNorm2d(inputs, { activation });
    this.conv1 = new Conv2d(stream.fork("conv1"), inputs, outputs, 3, { padding: 1 });
    this.bn2 = new BatchNorm2d(outputs, { activation, dropout });
    this.conv2 = new Conv2d(stream.fork("conv2"), outputs, outputs, 3, { stride, padding: 1 });
    const changesShape = stride !== 1 || inputs !== outputs;
    this.shortcut = changesShape
      ? new Sequential(new Conv2d(stream.fork("shortcut"), inputs, outputs, 1, { stride }))
      : new Sequential();
  }

  forward(images: Tensor): Tensor {
    const change = passThrough(this.changeSteps, images);
    // In place: no gradient needs the convolution's output, so the sum takes its memory.
    return add_(change, this.shortcut.forward(images));
  }

  override toOnnx(graph: OnnxGraph, images: string): string {
    const change = this.changeSteps.reduce((output, step) => step.toOnnx(graph, output), images);
    return graph.node(this, "Add", [change, this.shortcut.toOnnx(graph, images)]);
  }

  private get changeSteps(): Module[] {
    return [this.bn1, this.conv1, this.bn2, this.conv2];
  }
}

/** Images [N,C,S,S], normalised, to class scores [N,K] float32. S is 32, or 64 with stride 2 in the first stage. */
export class WideResNet extends Classifier {
  readonly conv1: Conv2d;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly bn1: BatchNorm2d;
  readonly pool: GlobalAveragePool;
  readonly linear: Linear;

  constructor(stream: Stream, options: WideResNetOptions, shape: ClassifierShape) {
    super();
    const { depth, width, dropout, activation } = options;
    const blockCount = (depth - 4) / 6;
    // One draw of weights for each path, so that networks of equal parts start equal there.
    const stage = (name: string, inputs: number, outputs: number, firstStride: number) =>
      new Sequential(
        ...Array.from({ length: blockCount }, (_, index) => {
          const stride = index === 0 ? firstStride : 1;
          const from = index === 0 ? inputs : outputs;
          return new Block(stream.fork(name, index), from, outputs, { stride, dropout, activation });
        }),
      );
    const firstStride = shape.size >= 64 ? 2 : 1; // 64 px pictures: as many pixels as 32 px from the first stage on
    this.conv1 = new Conv2d(stream.fork("conv1"), shape.channels, 16, 3, { padding: 1 });
    this.layer1 = stage("layer1", 16, 16 * width, firstStride);
    this.layer2 = stage("layer2", 16 * width, 32 * width, 2);
    this.layer3 = stage("layer3", 32 * width, 64 * width, 2);
    this.bn1 = new BatchNorm2d(64 * width, { activation });
    this.pool = new GlobalAveragePool();
    this.linear = new Linear(stream.fork("linear"), 64 * width, shape.classes);
  }

  forward(images: Tensor): Tensor {
    return this.linear.forward(this.features(images));
  }

  override features(images: Tensor): Tensor {
    return to(passThrough(this.featureSteps, images), "float32"); // [N,64·width]
  }

  override toOnnx(graph: OnnxGraph, images: string): string {
    const features = this.featureSteps.reduce((output, step) => step.toOnnx(graph, output), images);
    return this.linear.toOnnx(graph, features);
  }

  private get featureSteps(): Module[] {
    return [this.conv1, this.layer1, this.layer2, this.layer3, this.bn1, this.pool];
  }

  /** The last layer and the loss compute with float32 whatever the convolutions do (engine.md 5.3). */
  override setComputeDtype(dtype: Module["computeDtype"]): void {
    super.setComputeDtype(dtype);
    this.linear.computeDtype = "float32";
  }
}
