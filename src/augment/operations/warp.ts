/**
 * Affine maps with the nearest pixel, black outside: where does the pixel of the result come from? Both rules are
 * followed to the last bit, since a position half-way between two pixels falls where rounding pushes it.
 * Source: method.md 5.2; torchvision 0.14's affine, Pillow 9.4's Geometry.c.
 */
import type { PictureShape } from "../../pictures/picture.ts";
import { roundHalfEven } from "../../pictures/rounding.ts";

/** Source position = (a x + b y + c, d x + e y + f), x to the right, y down. */
export interface AffineMap {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/**
 * As torchvision's tensor functions: coordinates from the picture's centre; everything in float32, but that y times a
 * coefficient is added unrounded, since PyTorch's matrix product is of fused multiply-adds. (Not on processors without
 * them, nor in pictures below 67 pixels: its ties fall otherwise there.)
 */
export function warpTensorInto(
  source: Uint8Array,
  { height, width, channels }: PictureShape,
  map: AffineMap,
  target: Uint8Array,
): void {
  const halfWidth = 0.5 * width;
  const halfHeight = 0.5 * height;
  // The grid runs from -1 to 1, so the map is divided by half the size ...
  const a = Math.fround(Math.fround(map.a) / halfWidth);
  const b = Math.fround(Math.fround(map.b) / halfWidth);
  const c = Math.fround(Math.fround(map.c) / halfWidth);
  const d = Math.fround(Math.fround(map.d) / halfHeight);
  const e = Math.fround(Math.fround(map.e) / halfHeight);
  const f = Math.fround(Math.fround(map.f) / halfHeight);
  target.fill(0);
  let at = 0;
  for (let row = 0; row < height; row++) {
    const y = row + 0.5 - halfHeight;
    for (let column = 0; column < width; column++) {
      const x = column + 0.5 - halfWidth;
      const gridX = Math.fround(Math.fround(Math.fround(x * a) + y * b) + c);
      const gridY = Math.fround(Math.fround(Math.fround(x * d) + y * e) + f);
      // ... and the result multiplied again.
      const fromX = roundHalfEven(Math.fround(Math.fround(Math.fround(gridX + 1) * halfWidth) - 0.5)) | 0;
      const fromY = roundHalfEven(Math.fround(Math.fround(Math.fround(gridY + 1) * halfHeight) - 0.5)) | 0;
      if (fromX >= 0 && fromX < width && fromY >= 0 && fromY < height)
        copyPixel(source, (fromY * width + fromX) * channels, target, at, channels);
      at += channels;
    }
  }
}

/** As Pillow: coordinates from the upper left corner, 16 bits of fraction. */
export function warpPilInto(
  source: Uint8Array,
  { height, width, channels }: PictureShape,
  map: AffineMap,
  target: Uint8Array,
): void {
  const a = fixed(map.a);
  const b = fixed(map.b);
  const d = fixed(map.d);
  const e = fixed(map.e);
  let rowX = fixed(map.c + map.a * 0.5 + map.b * 0.5);
  let rowY = fixed(map.f + map.d * 0.5 + map.e * 0.5);
  target.fill(0);
  let at = 0;
  for (let row = 0; row < height; row++, rowX += b, rowY += e) {
    let x = rowX;
    let y = rowY;
    for (let column = 0; column < width; column++, x += a, y += d) {
      const fromX = x >> 16;
      const fromY = y >> 16;
      if (fromX >= 0 && fromX < width && fromY >= 0 && fromY < height)
        copyPixel(source, (fromY * width + fromX) * channels, target, at, channels);
      at += channels;
    }
  }
}

/** Channel by channel, not in a loop: a warp then takes half the time. */
function copyPixel(source: Uint8Array, from: number, target: Uint8Array, at: number, channels: 1 | 3): void {
  target[at] = source[from]!;
  if (channels === 1) return;
  target[at + 1] = source[from + 1]!;
  target[at + 2] = source[from + 2]!;
}

function fixed(value: number): number {
  return Math.floor(value * 65_536 + 0.5);
}
