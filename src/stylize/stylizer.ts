/** The stylizer: an encoder, and a decoder that turns its features back into images. */
import { contiguous, to } from "../engine/ops/shape.ts";
import type { Tensor } from "../engine/tensor.ts";
import { PatinaError } from "../errors.ts";
import { sha256 } from "../files.ts";
import { encodeSafetensors } from "../formats/safetensors.ts";
import { Module } from "../nn/module.ts";
import type { Sequential } from "../nn/sequential.ts";
import type { Size } from "../pictures/resize.ts";
import type { Stream } from "../random/stream.ts";
import { createDecoder, Encoder, planOf, strideOf } from "./networks.ts";
import type { StylizerOptions } from "./options.ts";

export class Stylizer extends Module {
  readonly options: StylizerOptions;
  readonly encoder: Encoder;
  readonly decoder: Sequential;
  /** C of the features. */
  readonly channels: number;
  /** Pixels of a side for one place of the features. */
  readonly stride: number;

  /** With weights drawn from the stream, on the CPU. */
  constructor(stream: Stream, options: StylizerOptions) {
    super();
    const plan = planOf(options);
    this.options = options;
    this.encoder = new Encoder(stream.fork("encoder"), plan);
    this.decoder = createDecoder(stream.fork("decoder"), plan);
    this.channels = plan.stages.at(-1)!.channels;
    this.stride = strideOf(plan);
  }

  /** Where its weights lie. */
  get device(): string {
    const [weight] = this.namedParameters().values();
    return weight!.device;
  }

  /** images [N,3,H,W] in [0,1], as `checkSize` has it -> features [N,C,⌈H/stride⌉,⌈W/stride⌉] float32. */
  encode(images: Tensor): Tensor {
    return to(this.encoder.forward(contiguous(images, "channels_last")), "float32");
  }

  /** features [N,C,h,w] -> images [N,3,h·stride,w·stride] float32, not limited to [0,1]. */
  decode(features: Tensor): Tensor {
    return to(this.decoder.forward(features), "float32");
  }

  /** The reconstruction: what strength 0 gives. */
  forward(images: Tensor): Tensor {
    return this.decode(this.encode(images));
  }

  /** @throws PatinaError `argument` where images of that size would have less than two places each way: no variance, no border to mirror. */
  checkSize({ height, width }: Size): void {
    if (Math.min(height, width) > this.stride) return;
    throw new PatinaError(
      "argument",
      `stylizer "${this.options.kind}": images of ${height}x${width} are too small for it, sides must be above ${this.stride} pixels. Choose a larger "size" for restyling, or larger pictures.`,
    );
  }

  /** sha256 of the encoder's weights: statistics of styles are for one encoder only. */
  encoderDigest(): string {
    return sha256(encodeSafetensors(this.encoder.stateDict()));
  }
}
