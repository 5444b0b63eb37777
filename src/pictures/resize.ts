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
  return cropAt(picture, { top, left }, { height, width });
}

/** A part that lies inside the picture. */
export function cropAt(
  picture: Picture,
  { top, left }: { top: number; left: number },
  { height, width }: Size,
): Picture {
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
  const result = createPicture({ height: size.height, width: size.width, channels: picture.channels });
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
  const rowBytes = size.width * channels;
  if (size.width === width) {
    if (size.height === height) target.set(source);
    else resampleDownInto(source, weightsOf(height, size.height, filter), rowBytes, target);
  } else if (size.height === height)
    resampleAlongInto(source, weightsOf(width, size.width, filter), height, channels, target);
  else {
    if (between.length < height * rowBytes) between = new Uint8Array(height * rowBytes);
    resampleAlongInto(source, weightsOf(width, size.width, filter), height, channels, between);
    resampleDownInto(between, weightsOf(height, size.height, filter), rowBytes, target);
  }
}

/** For every place of the new axis: the first old place that counts, how many do, and where its weights start. */
interface Weights {
  readonly oldLength: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly firsts: Int32Array;
  readonly weights: Int32Array;
}

/** Kept: making them costs more than resizing a small picture. Bounded: pictures of a folder may all differ in size. */
const kept = new Map<Filter, Map<number, Weights>>();
const KEPT_LIMIT = 64;

function weightsOf(oldLength: number, newLength: number, filter: Filter): Weights {
  const ofFilter = kept.get(filter) ?? new Map<number, Weights>();
  kept.set(filter, ofFilter);
  const key = oldLength * 2 ** 26 + newLength; // sides are below 2^26: pictures have at most 100 megapixels
  const found = ofFilter.get(key);
  if (found !== undefined) return found;
  if (ofFilter.size === KEPT_LIMIT) ofFilter.clear();
  const made = weigh(oldLength, newLength, filter);
  ofFilter.set(key, made);
  return made;
}

function weigh(oldLength: number, newLength: number, filter: Filter): Weights {
  const scale = oldLength / newLength;
  const stretch = Math.max(1, scale);
  const reach = filter.reach * stretch;
  const starts = new Int32Array(newLength);
  const counts = new Int32Array(newLength);
  const firsts = new Int32Array(newLength);
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
    firsts[place] = weights.length;
    for (const share of shares) weights.push(Math.trunc(0.5 + (share / sum) * 2 ** FRACTION_BITS));
  }
  return { oldLength, starts, counts, firsts, weights: Int32Array.from(weights) };
}

const HALF = 1 << (FRACTION_BITS - 1);

// Below, sums stay under 2^31 and results under 256: no filter here has negative weights. One and two pixels are cases of
// their own, since shrinking by less than half and enlarging have no others (at 32x32x3 that makes it three times faster).

/** Resamples the rows of [rows, oldLength, channels]. */
function resampleAlongInto(
  source: Uint8Array,
  { oldLength, starts, counts, firsts, weights }: Weights,
  rows: number,
  channels: number,
  target: Uint8Array,
): void {
  const oldRowBytes = oldLength * channels;
  const rowBytes = starts.length * channels;
  const end = rows * rowBytes;
  for (let place = 0; place < starts.length; place++) {
    const count = counts[place]!;
    const first = firsts[place]!;
    let from = starts[place]! * channels;
    if (count === 1 && channels === 3) {
      for (let at = place * 3; at < end; at += rowBytes, from += oldRowBytes) {
        target[at] = source[from]!;
        target[at + 1] = source[from + 1]!;
        target[at + 2] = source[from + 2]!;
      }
    } else if (count === 2 && channels === 3) {
      const left = weights[first]!;
      const right = weights[first + 1]!;
      for (let at = place * 3; at < end; at += rowBytes, from += oldRowBytes) {
        target[at] = (HALF + Math.imul(left, source[from]!) + Math.imul(right, source[from + 3]!)) >> FRACTION_BITS;
        target[at + 1] =
          (HALF + Math.imul(left, source[from + 1]!) + Math.imul(right, source[from + 4]!)) >> FRACTION_BITS;
        target[at + 2] =
          (HALF + Math.imul(left, source[from + 2]!) + Math.imul(right, source[from + 5]!)) >> FRACTION_BITS;
      }
    } else {
      for (let at = place * channels; at < end; at += rowBytes, from += oldRowBytes)
        for (let channel = 0; channel < channels; channel++) {
          let sum = HALF;
          for (let tap = 0, pixel = from + channel; tap < count; tap++, pixel += channels)
            sum += Math.imul(source[pixel]!, weights[first + tap]!);
          target[at + channel] = sum >> FRACTION_BITS;
        }
    }
  }
}

/** Resamples the columns of [oldLength, rowBytes]. */
function resampleDownInto(
  source: Uint8Array,
  { starts, counts, firsts, weights }: Weights,
  rowBytes: number,
  target: Uint8Array,
): void {
  for (let place = 0; place < starts.length; place++) {
    const count = counts[place]!;
    const first = firsts[place]!;
    const from = starts[place]! * rowBytes;
    const end = from + rowBytes;
    let at = place * rowBytes;
    if (count === 1) target.set(source.subarray(from, end), at);
    else if (count === 2) {
      const upper = weights[first]!;
      const lower = weights[first + 1]!;
      for (let i = from; i < end; i++)
        target[at++] = (HALF + Math.imul(source[i]!, upper) + Math.imul(source[i + rowBytes]!, lower)) >> FRACTION_BITS;
    } else {
      for (let i = from; i < end; i++) {
        let sum = HALF;
        for (let tap = 0, pixel = i; tap < count; tap++, pixel += rowBytes)
          sum += Math.imul(source[pixel]!, weights[first + tap]!);
        target[at++] = sum >> FRACTION_BITS;
      }
    }
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
