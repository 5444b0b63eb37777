/** Pictures for the tests of augmentations. */
import { byteCount, createPicture, type Picture, type PictureShape } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";

export const shapeOf = (height: number, width: number, channels: 1 | 3): PictureShape => ({ height, width, channels });
export const shapeName = ({ height, width, channels }: PictureShape) => `${height}x${width}x${channels}`;

/** Bytes from low to high, all as probable; another seed is another picture. */
export function noise(shape: PictureShape, { seed = 0, low = 0, high = 255 } = {}): Picture {
  const source = stream(seed, "noise", shapeName(shape));
  return createPicture(
    shape,
    Uint8Array.from({ length: byteCount(shape) }, () => source.integer(low, high)),
  );
}

/** A grey picture written row by row. */
export function grey(...rows: number[][]): Picture {
  return createPicture(shapeOf(rows.length, rows[0]!.length, 1), Uint8Array.from(rows.flat()));
}

/** The rows of a grey picture, as `grey` takes them. */
export function rowsOf({ width, bytes }: Picture): number[][] {
  return Array.from({ length: bytes.length / width }, (_, row) => [...bytes.subarray(row * width, (row + 1) * width)]);
}
