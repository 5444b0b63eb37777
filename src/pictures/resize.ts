/** Resizing and cropping. */
import { PatinaError } from "../errors.ts";
import { createPicture, type Picture } from "./picture.ts";
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
function resample(picture: Picture, { height, width }: Size, filter: Filter): Picture {
  const result = createPicture({ height, width, channels: picture.channels });
  const wide =
    width === picture.width
      ? picture.bytes
      : resampleAxis(picture.bytes, weigh(picture.width, width, filter), picture.height, picture.channels);
  result.bytes.set(
    height === picture.height
      ? wide
      : resampleAxis(wide, weigh(picture.height, height, filter), 1, width * picture.channels),
  );
  return result;
}

/** For every place of the new axis: the first old place that counts, and the weights from there on. */
interface Weights {
  readonly oldLength: number;
  readonly places: readonly { readonly start: number; readonly weights: Int32Array }[];
}

function weigh(oldLength: number, newLength: number, filter: Filter): Weights {
  const scale = oldLength / newLength;
  const stretch = Math.max(1, scale);
  const reach = filter.reach * stretch;
  const places = Array.from({ length: newLength }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(oldLength, Math.trunc(centre + reach + 0.5));
    const shares = Array.from({ length: end - start }, (_, i) =>
      filter.weight((i + start - centre + 0.5) * (1 / stretch)),
    );
    const sum = shares.reduce((a, b) => a + b, 0);
    return { start, weights: Int32Array.from(shares, (share) => Math.trunc(0.5 + (share / sum) * 2 ** FRACTION_BITS)) };
  });
  return { oldLength, places };
}

/** Resamples the middle axis of bytes that are [outer, oldLength, inner]. */
function resampleAxis(source: Uint8Array, { oldLength, places }: Weights, outer: number, inner: number): Uint8Array {
  const target = new Uint8ClampedArray(outer * places.length * inner);
  let at = 0;
  for (let block = 0; block < outer; block++)
    for (const { start, weights } of places)
      for (let offset = 0; offset < inner; offset++) {
        let from = (block * oldLength + start) * inner + offset;
        let sum = 1 << (FRACTION_BITS - 1);
        for (let i = 0; i < weights.length; i++, from += inner) sum += source[from]! * weights[i]!;
        target[at++] = sum >> FRACTION_BITS;
      }
  return new Uint8Array(target.buffer);
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
