/** Encoder and decoder of a stylizer, numbered as the published files number them. Source: method.md 4.1, 4.2. */
import { mirrorToSize } from "../engine/ops/resample.ts";
import { scope } from "../engine/scope.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Activation } from "../nn/activation.ts";
import { Conv2d } from "../nn/convolution.ts";
import { Module } from "../nn/module.ts";
import { PaddedSequential, ReflectionPad2d } from "../nn/padding.ts";
import { MaxPool2d } from "../nn/pooling.ts";
import type { Sequential } from "../nn/sequential.ts";
import { DepthToSpace2d, SpaceToDepth2d } from "../nn/space-depth.ts";
import { NearestUpsample2d } from "../nn/upsampling.ts";
import type { Stream } from "../random/stream.ts";
import type { StylizerOptions } from "./options.ts";

/** What the two networks are made of. */
export interface StylizerPlan {
  /** "mixed": a 1x1 convolution of the colours comes first, which holds the normalisation of VGG's input. */
  readonly colours: "mixed" | "plain";
  /**
   * How sides are halved, and doubled in the decoder. "pooled": from stage to stage, by the largest of 2x2 pixels and by
   * nearest neighbours, as the published networks do. "folded": before every stage, by taking 2x2 pixels for one with four
   * times the channels. Nothing is lost then, and no convolution sees full sides: after 600 steps of the encoder, pictures
   * of Tiny ImageNet were rebuilt better by 1.1 dB (one seed).
   */
  readonly sides: "pooled" | "folded";
  readonly stages: readonly { readonly channels: number; readonly convolutions: number }[];
}

export function planOf(options: StylizerOptions): StylizerPlan {
  const isCompact = options.kind === "compact";
  const { channels, convolutions } = isCompact ? options : { channels: [64, 128, 256, 512], convolutions: [2, 2, 4] };
  return {
    colours: isCompact ? "plain" : "mixed",
    sides: isCompact ? "folded" : "pooled",
    stages: channels.map((count, stage) => ({ channels: count, convolutions: convolutions[stage] ?? 1 })),
  };
}

/** Pixels of a side for one place of the features. */
export function strideOf({ sides, stages }: StylizerPlan): number {
  return 2 ** (sides === "folded" ? stages.length : stages.length - 1);
}

/** Images [N,3,H,W] in [0,1] to features [N,C,⌈H/stride⌉,⌈W/stride⌉], the first ReLU of the last stage. */
export class Encoder extends Module {
  private readonly whole: Sequential;
  /** The same modules; each part ends with the first ReLU of its stage. */
  private readonly parts: readonly Sequential[];
  /** What sides must be multiples of. */
  private readonly multiple: number;

  constructor(stream: Stream, plan: StylizerPlan) {
    super();
    const { colours, sides, stages } = plan;
    const isFolded = sides === "folded";
    const convolve = convolutions(stream);
    const parts: Module[][] = [];
    let before: Module[] = colours === "mixed" ? [new Conv2d(stream.fork("colours"), 3, 3, 1)] : [];
    let inputs = 3;
    for (const [stage, { channels, convolutions }] of stages.entries()) {
      if (isFolded) before.push(new SpaceToDepth2d());
      else if (stage > 0) before.push(new MaxPool2d(2, "ceil"));
      parts.push([...before, ...convolve(isFolded ? 4 * inputs : inputs, channels)]);
      before = Array.from({ length: convolutions - 1 }, () => convolve(channels, channels)).flat();
      inputs = channels;
    }
    this.whole = new PaddedSequential(...parts.flat());
    this.parts = parts.map((steps) => new PaddedSequential(...steps));
    this.multiple = isFolded ? strideOf(plan) : 1;
  }

  /** Numbered through, as one sequence. */
  override children(): Iterable<[name: string, module: Module]> {
    return this.whole.children();
  }

  forward(images: Tensor): Tensor {
    return scope(() => this.whole.forward(this.completed(images)));
  }

  /** The first ReLU of every stage, the last one's being the features: relu1_1, relu2_1, ... */
  stageFeatures(images: Tensor): Tensor[] {
    return scope(() => {
      const found: Tensor[] = [];
      for (const part of this.parts) found.push(part.forward(found.at(-1) ?? this.completed(images)));
      return found;
    });
  }

  /** Mirrored below and on the right, up to whole squares. */
  private completed(images: Tensor): Tensor {
    const [height, width] = images.shape.slice(2) as [number, number];
    const rounded = (side: number) => Math.ceil(side / this.multiple) * this.multiple;
    const size = { height: rounded(height), width: rounded(width) };
    return size.height === height && size.width === width ? images : mirrorToSize(images, size);
  }
}

/** The encoder mirrored.  [N,C,h,w] -> [N,3,h·stride,w·stride], about [0,1] but not limited to it. */
export function createDecoder(stream: Stream, { sides, stages }: StylizerPlan): Sequential {
  const convolve = convolutions(stream);
  const steps: Module[] = [];
  for (const [stage, { channels, convolutions }] of [...stages.entries()].reverse()) {
    for (let place = 1; place < convolutions; place++) steps.push(...convolve(channels, channels));
    const isLast = stage === 0;
    const outputs = isLast ? 3 : stages[stage - 1]!.channels;
    const [border, convolution, relu] = convolve(channels, sides === "folded" ? 4 * outputs : outputs);
    steps.push(border, convolution);
    if (!isLast) steps.push(relu); // colours know no ReLU
    if (sides === "folded") steps.push(new DepthToSpace2d());
    else if (!isLast) steps.push(new NearestUpsample2d(2));
  }
  return new PaddedSequential(...steps);
}

/** Makes convolutions of 3x3 with mirrored borders and ReLU, each with the weights of its number. */
function convolutions(stream: Stream): (inputs: number, outputs: number) => [Module, Module, Module] {
  let count = 0;
  return (inputs, outputs) => [
    new ReflectionPad2d(),
    new Conv2d(stream.fork(count++), inputs, outputs, 3),
    new Activation("relu"),
  ];
}
