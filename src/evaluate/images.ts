/** From bytes to what a network takes: the one place where pictures are normalised. */
import { add_, mul_ } from "../engine/ops/arithmetic.ts";
import { permute, to, toDevice } from "../engine/ops/shape.ts";
import { keep, scope } from "../engine/scope.ts";
import { type Tensor, tensorOf, viewOf } from "../engine/tensor.ts";
import type { PictureShape } from "../pictures/picture.ts";

/** What is taken from pictures in [0,1], channel by channel, and what they are then divided by. */
export interface Normalisation {
  mean: readonly number[];
  deviation: readonly number[];
}

/** Turns bytes into images on a device; holds two small tensors there. */
export class ImageMaker {
  private readonly shape: PictureShape;
  private readonly device: string;
  private readonly factor: Tensor; // [1,C,1,1]
  private readonly offset: Tensor; // [1,C,1,1]

  constructor(shape: PictureShape, { mean, deviation }: Normalisation, device: string) {
    this.shape = shape;
    this.device = device;
    const perChannel = (value: (channel: number) => number) => {
      const numbers = Array.from({ length: shape.channels }, (_, channel) => value(channel));
      using onHost = tensorOf(numbers, [1, shape.channels, 1, 1]);
      return keep(toDevice(onHost, device));
    };
    this.factor = perChannel((channel) => 1 / (255 * deviation[channel]!));
    this.offset = perChannel((channel) => -mean[channel]! / deviation[channel]!);
  }

  /** `count` pictures, [count,H,W,C] uint8 in one array, to normalised float32 [count,C,H,W] in channels_last. */
  images(bytes: Uint8Array, count: number): Tensor {
    const { height, width, channels } = this.shape;
    return scope(() => {
      // The bytes travel to the device, four times less than floats; pixels side by side is channels_last already.
      const pictures = toDevice(viewOf(bytes, [count, height, width, channels]), this.device);
      const images = to(permute(pictures, [0, 3, 1, 2]), "float32");
      return add_(mul_(images, this.factor), this.offset);
    });
  }

  dispose(): void {
    this.factor.dispose();
    this.offset.dispose();
  }
}
