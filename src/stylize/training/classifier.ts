/** The encoder while it learns: its convolutions with batch norm, and a head that tells the classes. */
import type { Tensor } from "../../engine/tensor.ts";
import type { PlainArray } from "../../formats/array.ts";
import { viewOf } from "../../formats/array.ts";
import { BatchNorm2d } from "../../nn/batch-norm.ts";
import { Conv2d } from "../../nn/convolution.ts";
import { Linear } from "../../nn/linear.ts";
import { Module } from "../../nn/module.ts";
import { GlobalAveragePool, MaxPool2d } from "../../nn/pooling.ts";
import { Sequential } from "../../nn/sequential.ts";
import { SpaceToDepth2d } from "../../nn/space-depth.ts";
import type { Stream } from "../../random/stream.ts";
import { planOf } from "../networks.ts";
import type { CompactOptions } from "../options.ts";

/** A convolution with the batch norm and ReLU after it. */
class Block extends Sequential {
  readonly convolution: Conv2d;
  readonly norm: BatchNorm2d;

  constructor(stream: Stream, inputs: number, outputs: number) {
    // Zeros around, as VGG was trained too: the encoder mirrors instead, which differs at the border only.
    const convolution = new Conv2d(stream, inputs, outputs, 3, { padding: 1, bias: "without" });
    const norm = new BatchNorm2d(outputs, { activation: "relu" });
    super(convolution, norm);
    this.convolution = convolution;
    this.norm = norm;
  }
}

/** Images [N,3,H,W] in [0,1] to class scores [N,K]. */
export class EncoderClassifier extends Module {
  /** Those that become the encoder, in its order; they are inside the body too, and counted once. */
  readonly #blocks: Block[] = [];
  private readonly body: Sequential;
  private readonly head: Sequential;

  constructor(stream: Stream, options: CompactOptions, classes: number) {
    super();
    const { stages } = planOf(options);
    const steps: Module[] = [];
    let inputs = 3;
    for (const { channels, convolutions } of stages) {
      steps.push(new SpaceToDepth2d());
      inputs *= 4;
      for (let place = 0; place < convolutions; place++) {
        const block = new Block(stream.fork("body", this.#blocks.length), inputs, channels);
        this.#blocks.push(block);
        steps.push(block);
        inputs = channels;
      }
    }
    this.body = new Sequential(...steps);
    // One more stage: what the encoder ends with need not tell the classes by itself.
    this.head = new Sequential(
      new MaxPool2d(2, "ceil"),
      new Block(stream.fork("head", 0), inputs, 2 * inputs),
      new Block(stream.fork("head", 1), 2 * inputs, 2 * inputs),
      new GlobalAveragePool(),
      new Linear(stream.fork("head", 2), 2 * inputs, classes),
    );
  }

  forward(images: Tensor): Tensor {
    return this.scores(this.features(images));
  }

  /** What the encoder will give, but for its borders: [N,C,h,w]. */
  features(images: Tensor): Tensor {
    return this.body.forward(images);
  }

  /** Class scores of features. */
  scores(features: Tensor): Tensor {
    return this.head.forward(features);
  }

  /** The convolutions as the encoder has them: what batch norm does in evaluation is a part of weights and biases. */
  foldedConvolutions(): FoldedConvolution[] {
    return this.#blocks.map(({ convolution, norm }) => {
      const weight = convolution.weight.toFloat32Array();
      const [gamma, beta, mean, variance] = [norm.weight, norm.bias, norm.runningMean, norm.runningVar].map((tensor) =>
        tensor.toFloat32Array(),
      ) as [Float32Array, Float32Array, Float32Array, Float32Array];
      const scale = gamma.map((value, channel) => value / Math.sqrt(variance[channel]! + norm.epsilon));
      const perOutput = weight.length / scale.length;
      return {
        shape: convolution.weight.shape,
        weight: weight.map((value, at) => value * scale[Math.floor(at / perOutput)]!),
        bias: beta.map((value, channel) => value - mean[channel]! * scale[channel]!),
      };
    });
  }
}

/** Weight [O,I,3,3] and bias [O], row-major. */
export interface FoldedConvolution {
  readonly shape: readonly number[];
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Puts convolutions into the state of an encoder, in its order. */
export function encoderState(
  state: ReadonlyMap<string, PlainArray>,
  convolutions: readonly FoldedConvolution[],
): Map<string, PlainArray> {
  const numbers = convolutions.flatMap(({ weight, bias }) => [weight, bias]);
  return new Map(
    [...state].map(([path, plain], place) => {
      const own = numbers[place]!;
      return [path, { ...plain, bytes: new Uint8Array(own.buffer, own.byteOffset, own.byteLength) }];
    }),
  );
}

/** The inverse: what an encoder's state holds. */
export function convolutionsOf(state: ReadonlyMap<string, PlainArray>): FoldedConvolution[] {
  const arrays = [...state.values()];
  return Array.from({ length: arrays.length / 2 }, (_, place) => {
    const [weight, bias] = [arrays[2 * place]!, arrays[2 * place + 1]!];
    return { shape: weight.shape, weight: viewOf(weight) as Float32Array, bias: viewOf(bias) as Float32Array };
  });
}
