/** The picture: bytes row by row, each pixel's channels together ([H,W,C] uint8, 0 to 255). */
import { PatinaError } from "../errors.ts";

export interface PictureShape {
  readonly height: number;
  readonly width: number;
  /** 1: grey, 3: red, green, blue. */
  readonly channels: 1 | 3;
}

export interface Picture extends PictureShape {
  readonly bytes: Uint8Array;
}

/** The number of bytes of a picture of this shape. */
export function byteCount({ height, width, channels }: PictureShape): number {
  return height * width * channels;
}

/** A shape alone: a whole picture in its place would lose its bytes. */
type BareShape = PictureShape & { readonly bytes?: never };
const shapeKeys: readonly string[] = ["height", "width", "channels"] satisfies (keyof PictureShape)[];

/**
 * A black picture, or one over bytes that are there already (not copied).
 * @throws PatinaError `picture` where the shape is none, or holds more than a shape; where the bytes do not fit it
 */
export function createPicture(shape: BareShape, bytes?: Uint8Array): Picture {
  for (const key in shape)
    if (!shapeKeys.includes(key))
      throw new PatinaError(
        "picture",
        `createPicture: the shape has "${key}", beside height, width and channels. Bytes of your own come after it: createPicture({ height, width, channels }, bytes).`,
      );
  const { height, width, channels } = shape;
  const whole = Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0;
  if (!whole || (channels !== 1 && channels !== 3))
    throw new PatinaError(
      "picture",
      `createPicture: the shape is ${height}x${width}x${channels}. Height and width are whole numbers above 0, channels 1 or 3.`,
    );
  const size = height * width * channels;
  if (bytes !== undefined && bytes.length !== size)
    throw new PatinaError(
      "picture",
      `createPicture: ${height}x${width}x${channels} takes ${size} bytes, there are ${bytes.length}. Give the shape that the bytes have.`,
    );
  return { height, width, channels, bytes: bytes ?? new Uint8Array(size) };
}

/** A black picture of the same shape. */
export function blackLike({ height, width, channels }: PictureShape): Picture {
  return createPicture({ height, width, channels });
}

/** The grey of a colour picture, as Pillow's mode L: (19595 R + 38470 G + 7471 B + 32768) >> 16. Grey ones are copied. */
export function toGrey(picture: Picture): Picture {
  if (picture.channels === 1) return { ...picture, bytes: picture.bytes.slice() };
  const grey = blackLike({ ...picture, channels: 1 });
  for (let pixel = 0, at = 0; pixel < grey.bytes.length; pixel++, at += 3)
    grey.bytes[pixel] =
      (19595 * picture.bytes[at]! + 38470 * picture.bytes[at + 1]! + 7471 * picture.bytes[at + 2]! + 32768) >> 16;
  return grey;
}

/** A grey picture in three equal channels. Colour ones are copied. */
export function toColour(picture: Picture): Picture {
  if (picture.channels === 3) return { ...picture, bytes: picture.bytes.slice() };
  const colour = blackLike({ ...picture, channels: 3 });
  for (const [pixel, value] of picture.bytes.entries()) colour.bytes.fill(value, 3 * pixel, 3 * pixel + 3);
  return colour;
}
