/** The whole step: T(c, s, α) on a batch of pictures, from bytes to bytes. Source: method.md 4. */
import { inference } from "../engine/autograd.ts";
import { clamp } from "../engine/ops/arithmetic.ts";
import { resizeImages } from "../engine/ops/resample.ts";
import { indexSelect, reshape, slice, toDevice } from "../engine/ops/shape.ts";
import { keep, scope } from "../engine/scope.ts";
import { type Tensor, tensorFrom } from "../engine/tensor.ts";
import { PatinaError } from "../errors.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import type { Size } from "../pictures/resize.ts";
import { adain } from "./adain.ts";
import type { StyleBank } from "./bank.ts";
import { bytesOf, colourImages, greyImages, imagesOf } from "./images.ts";
import type { RestyleOptions } from "./options.ts";
import type { Stylizer } from "./stylizer.ts";

/** How each of a batch of pictures is restyled. */
export interface RestyleDraws {
  /** Place of the style in the bank. */
  readonly styles: ArrayLike<number>;
  /** α, in [0,1]. 0 is the reconstruction, not the picture itself. */
  readonly strengths: ArrayLike<number>;
}

/** Pictures at once on a GPU: 64 of 224 px take some 3 GB. */
const GPU_GROUP = 64;
/** On CPUs fewer small ones keep threads waiting, and more large ones do not fit into the cache. */
const CPU_GROUP = { small: 32, large: 16 } as const;
/** Side up to which pictures are small, in pixels. */
const SMALL_SIDE = 64;
/** Pixels that go through the networks at once. In VGG-19 three maps of 64 float32 each are alive together: 6 GB. */
const PIXEL_LIMIT = 2 ** 23;

/** Restyles with one stylizer and one bank, which it holds on the stylizer's device. */
export class Restyler {
  private readonly stylizer: Stylizer;
  private readonly options: RestyleOptions;
  private readonly styleCount: number;
  private readonly mean: Tensor; // [S,C]
  private readonly variance: Tensor; // [S,C]

  /**
   * @param stylizer stays the caller's
   * @throws PatinaError `weights` where the bank was measured by another encoder
   */
  constructor(stylizer: Stylizer, bank: StyleBank, options: RestyleOptions) {
    const digest = stylizer.encoderDigest();
    if (bank.encoder !== digest)
      throw new PatinaError(
        "weights",
        `style bank of ${bank.source}: was measured by the encoder ${bank.encoder.slice(0, 12)}, the stylizer has ${digest.slice(0, 12)}. Name the bank that belongs to this stylizer, or make one: patina styles pack PICTURES BANK --stylizer STYLIZER`,
      );
    this.stylizer = stylizer;
    this.options = options;
    this.styleCount = bank.pictures.length;
    const shape = [this.styleCount, bank.channels];
    const place = (numbers: Float32Array) => scope(() => keep(toDevice(tensorFrom(numbers, shape), stylizer.device)));
    this.mean = place(bank.mean);
    this.variance = place(bank.deviation.map((value) => value * value));
  }

  /** Pictures of that shape that go through the networks together. */
  groupSizeOf(shape: Size): number {
    const { height, width } = this.workingSize(shape);
    const cpuGroup = height * width <= SMALL_SIDE ** 2 ? CPU_GROUP.small : CPU_GROUP.large;
    const group = this.stylizer.device === "cpu" ? cpuGroup : GPU_GROUP;
    return Math.max(1, Math.min(group, Math.floor(PIXEL_LIMIT / (height * width))));
  }

  /**
   * Restyles pictures of one shape, a few at a time. Equal pictures and draws in equal batches give equal bytes; in other
   * batches the last bit of a sum may differ, and so, rarely, a byte by 1.
   * @param bytes [N,H,W,C] uint8
   * @returns the same of the restyled pictures
   * @throws PatinaError `argument` where draws do not fit the pictures or the bank, or as `checkShape`
   */
  restyle(bytes: Uint8Array, shape: PictureShape, draws: RestyleDraws): Uint8Array {
    const size = byteCount(shape);
    this.check(bytes.length / size, shape, draws);
    const result = new Uint8Array(bytes.length);
    const count = draws.styles.length;
    const group = this.groupSizeOf(shape);
    for (let start = 0; start < count; start += group) {
      const end = Math.min(start + group, count);
      const part = Array.prototype.slice;
      const own: RestyleDraws = {
        styles: part.call(draws.styles, start, end),
        strengths: part.call(draws.strengths, start, end),
      };
      const restyled = scope(() =>
        inference(() => {
          const images = imagesOf(bytes.subarray(start * size, end * size), shape, this.stylizer.device);
          return bytesOf(this.restyleImages(images, own));
        }),
      );
      result.set(restyled, start * size);
    }
    return result;
  }

  /**
   * The same on images at once, before they are rounded.  [N,C,H,W] in [0,1] -> [N,C,H,W] in [0,1]; C is 1 or 3.
   * Call it in inference mode, with draws that fit: `restyle` does both.
   */
  restyleImages(images: Tensor, { styles, strengths }: RestyleDraws): Tensor {
    const { stylizer } = this;
    return scope(() => {
      const [count, channels, height, width] = images.shape as [number, number, number, number];
      const native = { height, width };
      const working = this.workingSize(native);
      const index = toDevice(tensorFrom(BigInt64Array.from(styles, BigInt), [count]), stylizer.device);
      const take = (table: Tensor) => reshape(indexSelect(table, 0, index), [count, -1, 1, 1]);
      const style = { mean: take(this.mean), variance: take(this.variance) };
      const strength = toDevice(tensorFrom(Float32Array.from(strengths), [count]), stylizer.device);
      const content = stylizer.encode(resize(colourImages(images), working, "antialiased"));
      const decoded = stylizer.decode(adain(content, style, strength));
      // Sides that the stride does not divide were rounded up on the way: what is too much lies right and below.
      const whole = slice(slice(decoded, 2, 0, working.height), 3, 0, working.width);
      const back = this.options.compat === "reference" ? "plain" : "antialiased"; // method.md 11, S4
      const limited = clamp(resize(whole, native, back), 0, 1);
      return channels === 1 ? greyImages(limited) : limited;
    });
  }

  /** @throws PatinaError `argument` where pictures of that shape are too small, or would take too much memory */
  checkShape(shape: PictureShape): void {
    const working = this.workingSize(shape);
    this.stylizer.checkSize(working);
    const pixels = working.height * working.width;
    if (pixels <= PIXEL_LIMIT) return;
    throw new PatinaError(
      "argument",
      `pictures of ${shape.height}x${shape.width} would be restyled at ${working.height}x${working.width}: ${pixels.toLocaleString("en")} pixels, where memory is used for at most ${PIXEL_LIMIT.toLocaleString("en")}. Choose a smaller "size" for restyling, at most 1024, or smaller pictures.`,
    );
  }

  /** Frees the bank. */
  dispose(): void {
    this.mean.dispose();
    this.variance.dispose();
  }

  private workingSize({ height, width }: Size): Size {
    const { size } = this.options;
    if (size === "native") return { height, width };
    const factor = size / Math.min(height, width);
    return { height: Math.round(height * factor), width: Math.round(width * factor) };
  }

  private check(count: number, shape: PictureShape, { styles, strengths }: RestyleDraws): void {
    if (styles.length !== count || strengths.length !== count)
      throw new PatinaError(
        "argument",
        `restyle: ${count} pictures of ${shape.height}x${shape.width}x${shape.channels} have ${styles.length} styles and ${strengths.length} strengths. Give one of each a picture.`,
      );
    for (let place = 0; place < count; place++) {
      const [style, strength] = [styles[place]!, strengths[place]!];
      if (!(Number.isInteger(style) && style >= 0 && style < this.styleCount))
        throw new PatinaError(
          "argument",
          `restyle: picture ${place} wants style ${style}; the bank has 0 to ${this.styleCount - 1}. Draw one of these.`,
        );
      if (!(strength >= 0 && strength <= 1))
        throw new PatinaError("argument", `restyle: picture ${place} has the strength ${strength}. Give 0 to 1.`);
    }
    this.checkShape(shape);
  }
}

/** Itself where it has the size: at 64 px resizing to 64 px costs as much as a convolution. */
function resize(images: Tensor, size: Size, scaling: "antialiased" | "plain"): Tensor {
  const [height, width] = images.shape.slice(2);
  return height === size.height && width === size.width ? images : resizeImages(images, size, scaling);
}
