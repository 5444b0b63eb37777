/** Resizing and cropping. */
import { PatinaError } from "../errors.ts";
import { createPicture, type Picture, type PictureShape } from "./picture.ts";
import { roundHalfEven } from "./rounding.ts";

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** How pixels are weighed: the reach on either side of the centre, in pixels of the coarser picture, and the weight. */
interface Filter {
  readonly reach: number;
  readonly weight: (distance: number) => number;
}

const TRIANGLE: Filter = { reach: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) };
const BOX: Filter = { reach: 0.5, weight: (distance) => (distance > -0.5 && distance <= 0.5 ? 1 : 0) };

/** Bits of the fraction of Pillow's fixed-point weights. */
const FRACTION_BITS = 22;

/** Bilinear, antialiased where it shrinks: Pillow's `resize(BILINEAR)`, byte for byte. */
export function resizeBilinear(picture: Picture, size: Size): Picture {
  return resample(picture, size, TRIANGLE);
}

/** The mean of the pixels under each new pixel: Pillow's `resize(BOX)`, byte for byte. */
export function resizeBox(picture: Picture, size: Size): Picture {
  return resample(picture, size, BOX);
}

/** The same on bytes [H,W,C], into those of the new size: corruptions resize many small pictures (4 µs at 32x32x3). */
export function resizeBoxInto(source: Uint8Array, shape: PictureShape, size: Size, target: Uint8Array): void {
  resampleInto(source, shape, size, BOX, target);
}

/**
 * Bilinear between the four nearest pixels, whatever the scale: shrinking skips pixels, as `interpolate(mode="bilinear",
 * antialias=False)` of PyTorch does (method.md 4.4). Rounded half to even.
 */
export function resizeBilinearPlain(picture: Picture, { height, width }: Size): Picture {
  const result = createPicture({ height, width, channels: picture.channels });
  const { bytes, channels } = picture;
  const rows = nearestTwo(picture.height, height);
  const columns = nearestTwo(picture.width, width);
  let at = 0;
  for (const row of rows) {
    const upper = row.first * picture.width * channels;
    const lower = row.second * picture.width * channels;
    for (const column of columns)
      for (let channel = 0; channel < channels; channel++) {
        const left = column.first * channels + channel;
        const right = column.second * channels + channel;
        const above = bytes[upper + left]! * (1 - column.share) + bytes[upper + right]! * column.share;
        const below = bytes[lower + left]! * (1 - column.share) + bytes[lower + right]! * column.share;
        result.bytes[at++] = roundHalfEven(above * (1 - row.share) + below * row.share);
      }
  }
  return result;
}

/** Makes the shorter side `side` long and keeps the proportions, the longer one cut to whole pixels, antialiased. */
export function resizeShorterSide(picture: Picture, side: number): Picture {
  const { height, width } = picture;
  return resizeBilinear(picture, {
    height: height <= width ? side : Math.floor((side * height) / width),
    width: width <= height ? side : Math.floor((side * width) / height),
  });
}

/** The middle of a picture; where it cannot be in the middle, as torchvision rounds: half a pixel to the even place. */
export function cropCentre(picture: Picture, { height, width }: Size): Picture {
  if (height > picture.height || width > picture.width)
    throw new PatinaError(
      "picture",
      `cropCentre: ${height}x${width} is larger than the picture, ${picture.height}x${picture.width}. Resize it first.`,
    );
  const top = roundHalfEven((picture.height - height) / 2);
  const left = roundHalfEven((picture.width - width) / 2);
  const result = createPicture({ height, width, channels: picture.channels });
  const { channels } = picture;
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * picture.width + left) * channels;
    result.bytes.set(picture.bytes.subarray(start, start + width * channels), row * width * channels);
  }
  return result;
}

/** Horizontally, then vertically, with whole bytes between: as Pillow's Resample.c. */
function resample(picture: Picture, size: Size, filter: Filter): Picture {
  const result = createPicture({ ...picture, height: size.height, width: size.width });
  resampleInto(picture.bytes, picture, size, filter, result.bytes);
  return result;
}

/** What lies between the two passes. */
let between = new Uint8Array(0);

function resampleInto(
  source: Uint8Array,
  { height, width, channels }: PictureShape,
  size: Size,
  filter: Filter,
  target: Uint8Array,
): void {
  let wide = source;
  if (size.width !== width) {
    const isLast = size.height === height;
    const bytes = height * size.width * channels;
    if (!isLast && between.length < bytes) between = new Uint8Array(bytes);
    wide = isLast ? target : between;
    resampleAxisInto(source, weightsOf(width, size.width, filter), height, channels, wide);
    if (isLast) return;
  }
  if (size.height === height) target.set(source);
  else resampleAxisInto(wide, weightsOf(height, size.height, filter), 1, size.width * channels, target);
}

/** For every place of the new axis: the first old place that counts, how many do, and their weights, one after another. */
interface Weights {
  readonly oldLength: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
}

/** Kept: making them costs more than resizing a small picture. Bounded: data sets of any sizes are resized. */
const kept = new Map<Filter, Map<number, Weights>>();
const KEPT_LIMIT = 64;

function weightsOf(oldLength: number, newLength: number, filter: Filter): Weights {
  let ofFilter = kept.get(filter);
  if (ofFilter === undefined) kept.set(filter, (ofFilter = new Map()));
  const key = oldLength * 2 ** 26 + newLength; // sides of pictures are below 2^26: 100 megapixels
  let weights = ofFilter.get(key);
  if (weights === undefined) {
    if (ofFilter.size === KEPT_LIMIT) ofFilter.clear();
    weights = weigh(oldLength, newLength, filter);
    ofFilter.set(key, weights);
  }
  return weights;
}

function weigh(oldLength: number, newLength: number, filter: Filter): Weights {
  const scale = oldLength / newLength;
  const stretch = Math.max(1, scale);
  const reach = filter.reach * stretch;
  const starts = new Int32Array(newLength);
  const counts = new Int32Array(newLength);
  const weights: number[] = [];
  for (let place = 0; place < newLength; place++) {
    const centre = (place + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(oldLength, Math.trunc(centre + reach + 0.5));
    const shares = Array.from({ length: end - start }, (_, i) =>
      filter.weight((i + start - centre + 0.5) * (1 / stretch)),
    );
    const sum = shares.reduce((a, b) => a + b, 0);
    starts[place] = start;
    counts[place] = shares.length;
    for (const share of shares) weights.push(Math.trunc(0.5 + (share / sum) * 2 ** FRACTION_BITS));
  }
  return { oldLength, starts, counts, weights: Int32Array.from(weights) };
}

/**
 * Resamples the middle axis of bytes that are [outer, oldLength, inner]. Sums stay below 2^31, and no result needs to
 * be cut to a byte: no filter here has negative weights.
 */
function resampleAxisInto(
  source: Uint8Array,
  { oldLength, starts, counts, weights }: Weights,
  outer: number,
  inner: number,
  target: Uint8Array,
): void {
  const half = 1 << (FRACTION_BITS - 1);
  let at = 0;
  for (let block = 0; block < outer; block++)
    for (let place = 0, first = 0; place < starts.length; place++) {
      const from = (block * oldLength + starts[place]!) * inner;
      const count = counts[place]!;
      if (count === 1) {
        for (let i = 0; i < inner; i++) target[at++] = source[from + i]!;
      } else if (count === 2) {
        const weight = weights[first]!;
        const nextWeight = weights[first + 1]!;
        for (let i = from; i < from + inner; i++)
          target[at++] =
            (half + Math.imul(source[i]!, weight) + Math.imul(source[i + inner]!, nextWeight)) >> FRACTION_BITS;
      } else {
        for (let i = 0; i < inner; i++) {
          let sum = half;
          for (let tap = 0, next = from + i; tap < count; tap++, next += inner)
            sum += Math.imul(source[next]!, weights[first + tap]!);
          target[at++] = sum >> FRACTION_BITS;
        }
      }
      first += count;
    }
}

/** For every place of the new axis: its two neighbours on the old one, and the share of the second. */
function nearestTwo(oldLength: number, newLength: number): { first: number; second: number; share: number }[] {
  const scale = oldLength / newLength;
  return Array.from({ length: newLength }, (_, place) => {
    const position = Math.max(0, (place + 0.5) * scale - 0.5);
    const first = Math.min(Math.floor(position), oldLength - 1);
    return { first, second: Math.min(first + 1, oldLength - 1), share: position - first };
  });
}
