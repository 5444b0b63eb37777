/** From the bytes of pictures to what a stylizer takes, and back. */
import { clamp, div, mul, round } from "../engine/ops/arithmetic.ts";
import { sum } from "../engine/ops/reduce.ts";
import { concatenate, contiguous, permute, to, toDevice } from "../engine/ops/shape.ts";
import { scope } from "../engine/scope.ts";
import { type Tensor, tensorOf, viewOf } from "../engine/tensor.ts";
import type { PictureShape } from "../pictures/picture.ts";

/** Pictures of one shape, [N,H,W,C] uint8 in one array, as images [N,C,H,W] float32 in [0,1]; the bytes travel to the device. */
export function imagesOf(bytes: Uint8Array, { height, width, channels }: PictureShape, device: string): Tensor {
  return scope(() => {
    const count = bytes.length / (height * width * channels);
    const pictures = toDevice(viewOf(bytes, [count, height, width, channels]), device);
    return div(to(permute(pictures, [0, 3, 1, 2]), "float32"), 255);
  });
}

/** Images [N,C,H,W] as pictures, [N,H,W,C] uint8: limited to [0,1], rounded to the nearest byte (method.md 11, S5). */
export function bytesOf(images: Tensor): Uint8Array {
  return scope(() => {
    const rounded = to(round(mul(clamp(images, 0, 1), 255)), "uint8");
    return contiguous(permute(rounded, [0, 2, 3, 1])).toArray() as Uint8Array;
  });
}

/** Grey images in three equal channels; coloured ones as they are.  [N,1,H,W] -> [N,3,H,W]. */
export function colourImages(images: Tensor): Tensor {
  return images.shape[1] === 1 ? concatenate([images, images, images], 1) : images;
}

/** The grey of coloured images, weighed as `toGrey` of pictures weighs bytes.  [N,3,H,W] -> [N,1,H,W]. */
export function greyImages(images: Tensor): Tensor {
  return scope(() => {
    const weights = toDevice(tensorOf([19595 / 65536, 38470 / 65536, 7471 / 65536], [1, 3, 1, 1]), images.device);
    return sum(mul(images, weights), { dimensions: [1], keep: "kept" });
  });
}
