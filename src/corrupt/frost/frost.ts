/** Lays a piece of a picture of frost over the picture. Source: corruptions-c.md 4. */
import { byteCount, type Picture, type PictureShape } from "../../pictures/picture.ts";
import { type Corruption, defineCorruption } from "../define.ts";
import { tableOf } from "../table.ts";
import { proceduralFrost } from "./procedural.ts";
import { FROST_COUNT, type FrostTextures, scaledTexture } from "./textures.ts";

/** Shares of the picture and of the frost in the sum. */
type Constants = readonly [picture: number, frost: number];

export interface FrostDraw {
  /** Which texture, 0 to 4, and where the piece lies on it. */
  readonly texture: number;
  readonly row: number;
  readonly column: number;
  /** The piece itself, [H,W,C]: the draw can then be applied where the textures are not at hand. */
  readonly crop: Uint8Array;
}

/** Products of every byte with the two shares. */
const pictureShares = new Float64Array(256);
const frostShares = new Float64Array(256);

/** The corruption with these textures. They are asked for by the first draw: making or reading them takes a while. */
export function frostOf(textures: () => FrostTextures): Corruption<"frost", Constants, FrostDraw> {
  return defineCorruption({
    name: "frost",
    summary: "Lays a picture of frost over the picture",
    constants: {
      32: [
        [1, 0.2],
        [1, 0.3],
        [0.9, 0.4],
        [0.85, 0.4],
        [0.75, 0.45],
      ],
      64: [
        [1, 0.3],
        [0.9, 0.4],
        [0.8, 0.45],
        [0.75, 0.5],
        [0.7, 0.55],
      ],
      224: [
        [1, 0.4],
        [0.8, 0.6],
        [0.7, 0.7],
        [0.65, 0.7],
        [0.6, 0.75],
      ],
    },
    draw(stream, shape) {
      const texture = stream.integer(0, FROST_COUNT - 1);
      const scaled = scaledTexture(textures().pictures[texture]!, tableOf(shape), shape.channels);
      // The last row and column are never reached, as in the original.
      const row = stream.integer(0, Math.max(0, scaled.height - shape.height - 1));
      const column = stream.integer(0, Math.max(0, scaled.width - shape.width - 1));
      return { texture, row, column, crop: cropMirrored(scaled, shape, row, column) };
    },
    applyInto(source, _shape, { crop }, [pictureShare, frostShare]: Constants, target) {
      for (let byte = 0; byte < 256; byte++) {
        pictureShares[byte] = pictureShare * byte;
        frostShares[byte] = frostShare * byte;
      }
      for (let i = 0; i < source.length; i++) {
        const sum = pictureShares[source[i]!]! + frostShares[crop[i]!]!;
        target[i] = sum >= 255 ? 255 : sum;
      }
    },
  });
}

/** With textures of our own making, whose name results carry: with the original photographs they differ. */
export const frost = frostOf(proceduralFrost);

/** Where the picture is larger than the texture, the texture goes on mirrored at its lower and right edge, and back. */
function cropMirrored(texture: Picture, shape: PictureShape, top: number, left: number): Uint8Array {
  const { height, width, channels } = shape;
  const crop = new Uint8Array(byteCount(shape));
  const rowBytes = width * channels;
  for (let row = 0; row < height; row++) {
    const start = mirror(top + row, texture.height) * texture.width;
    if (left + width <= texture.width) {
      const from = (start + left) * channels;
      crop.set(texture.bytes.subarray(from, from + rowBytes), row * rowBytes);
    } else
      for (let column = 0; column < width; column++) {
        const from = (start + mirror(left + column, texture.width)) * channels;
        for (let channel = 0; channel < channels; channel++)
          crop[row * rowBytes + column * channels + channel] = texture.bytes[from + channel]!;
      }
  }
  return crop;
}

/** 0 1 2 | 2 1 0 | 0 1 2 ... */
function mirror(index: number, length: number): number {
  const place = index % (2 * length);
  return place < length ? place : 2 * length - 1 - place;
}
