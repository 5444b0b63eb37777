/** Encoder and decoder of a stylizer, numbered as the published files number them. Source: method.md 4.1, 4.2. */
import { scope } from "../engine/scope.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Activation } from "../nn/activation.ts";
import { Conv2d } from "../nn/convolution.ts";
import { Module } from "../nn/module.ts";
import { PaddedSequential, ReflectionPad2d } from "../nn/padding.ts";
import { MaxPool2d } from "../nn/pooling.ts";
import type { Sequential } from "../nn/sequential.ts";
import { NearestUpsample2d } from "../nn/upsampling.ts";
import type { Stream } from "../random/stream.ts";
import type { StylizerOptions } from "./options.ts";

/** What the two networks are made of. Each stage of the encoder halves the sides of the one before, rounded up. */
export interface StylizerPlan {
  /** "mixed": a 1x1 convolution of the colours comes first, which holds the normalisation of VGG's input. */
  readonly colours: "mixed" | "plain";
  readonly stages: readonly { readonly channels: number; readonly convolutions: number }[];
}

export function planOf(options: StylizerOptions): StylizerPlan {
  const { channels, convolutions } =
    options.kind === "compact" ? options : { channels: [64, 128, 256, 512], convolutions: [2, 2, 4] };
  return {
    colours: options.kind === "compact" ? "plain" : "mixed",
    stages: channels.map((count, stage) => ({ channels: count, convolutions: convolutions[stage] ?? 1 })),
  };
}

/** Images [N,3,H,W] in [0,1] to features [N,C,⌈H/stride⌉,⌈W/stride⌉], the first ReLU of the last stage. */
export class Encoder extends Module {
  private readonly whole: Sequential;
  /** The same modules; each part ends with the first ReLU of its stage. */
  private readonly parts: readonly Sequential[];

  constructor(stream: Stream, { colours, stages }: StylizerPlan) {
    super();
    const convolve = convolutions(stream);
    const parts: Module[][] = [];
    let before: Module[] = colours === "mixed" ? [new Conv2d(stream.fork("colours"), 3, 3, 1)] : [];
    let inputs = 3;
    for (const { channels, convolutions } of stages) {
      parts.push([...before, ...convolve(inputs, channels)]);
      const others = Array.from({ length: convolutions - 1 }, () => convolve(channels, channels));
      before = [...others.flat(), new MaxPool2d(2, "ceil")];
      inputs = channels;
    }
    this.whole = new PaddedSequential(...parts.flat());
    this.parts = parts.map((steps) => new PaddedSequential(...steps));
  }

  /** Numbered through, as one sequence. */
  override children(): Iterable<[name: string, module: Module]> {
    return this.whole.children();
  }

  forward(images: Tensor): Tensor {
    return this.whole.forward(images);
  }

  /** The first ReLU of every stage, the last one's being the features: relu1_1, relu2_1, ... */
  stageFeatures(images: Tensor): Tensor[] {
    return scope(() => {
      const found: Tensor[] = [];
      for (const part of this.parts) found.push(part.forward(found.at(-1) ?? images));
      return found;
    });
  }
}

/**
 * The encoder mirrored, enlarging by nearest neighbours where it pools.  [N,C,h,w] -> [N,3,h·stride,w·stride], about
 * [0,1] but not limited to it.
 */
export function createDecoder(stream: Stream, { stages }: StylizerPlan): Sequential {
  const convolve = convolutions(stream);
  const steps: Module[] = [];
  for (const [index, { channels, convolutions }] of [...stages.entries()].reverse()) {
    for (let place = 1; place < convolutions; place++) steps.push(...convolve(channels, channels));
    const outputs = stages[index - 1]?.channels;
    steps.push(...convolve(channels, outputs ?? 3));
    if (outputs !== undefined) steps.push(new NearestUpsample2d(2));
  }
  return new PaddedSequential(...steps.slice(0, -1)); // no ReLU at the end: colours
}

/** Makes convolutions of 3x3 with mirrored borders and ReLU, each with the weights of its number. */
function convolutions(stream: Stream): (inputs: number, outputs: number) => Module[] {
  let count = 0;
  return (inputs, outputs) => [
    new ReflectionPad2d(),
    new Conv2d(stream.fork(count++), inputs, outputs, 3),
    new Activation("relu"),
  ];
}
