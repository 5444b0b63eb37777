/** Pictures of frost, at the sizes in which the tables of constants use them. Source: corruptions-c.md 4. */
import { createPicture, type Picture, type PictureShape, toGrey } from "../../pictures/picture.ts";
import { roundHalfEven } from "../../pictures/rounding.ts";
import type { TableSize } from "../define.ts";

export interface FrostTextures {
  /** Results say which: "photographs" are the original ones, "procedural" are of our own making. */
  readonly name: "photographs" | "procedural";
  /** Five colour pictures at full size. */
  readonly pictures: readonly Picture[];
}

/** How many there are: a sixth comes with the original program, and is never chosen. */
export const FROST_COUNT = 5;

const kept = new WeakMap<Picture, Map<string, Picture>>();

/** One of them as pictures of that table size take it, made once. */
export function scaledTexture(texture: Picture, table: TableSize, channels: PictureShape["channels"]): Picture {
  const ofTexture = kept.get(texture) ?? new Map<string, Picture>();
  kept.set(texture, ofTexture);
  const key = `${table} ${channels}`;
  const found = ofTexture.get(key);
  if (found !== undefined) return found;
  const scaled = table === 32 ? fifth(texture) : table === 64 ? threeTenths(texture) : texture;
  const made = channels === 1 ? toGrey(scaled) : scaled;
  ofTexture.set(key, made);
  return made;
}

/** Every fifth pixel of every fifth row. */
function fifth(texture: Picture): Picture {
  const scaled = createPicture(scaledShape(texture, 0.2));
  let at = 0;
  for (let row = 0; row < scaled.height; row++)
    for (let column = 0; column < scaled.width; column++) {
      const from = ((5 * row + 2) * texture.width + 5 * column + 2) * 3;
      for (let channel = 0; channel < 3; channel++) scaled.bytes[at++] = texture.bytes[from + channel]!;
    }
  return scaled;
}

/** Between the four nearest pixels, in OpenCV's fixed point. */
function threeTenths(texture: Picture): Picture {
  const scaled = createPicture(scaledShape(texture, 0.3));
  const rows = nearestTwo(texture.height, scaled.height);
  const columns = nearestTwo(texture.width, scaled.width);
  const { bytes, width } = texture;
  let at = 0;
  for (const row of rows)
    for (const column of columns)
      for (let channel = 0; channel < 3; channel++) {
        const along = (index: number) =>
          column.weight * bytes[(index * width + column.first) * 3 + channel]! +
          column.nextWeight * bytes[(index * width + column.next) * 3 + channel]!;
        const upper = (row.weight * (along(row.first) >> 4)) >> 16;
        const lower = (row.nextWeight * (along(row.next) >> 4)) >> 16;
        scaled.bytes[at++] = (upper + lower + 2) >> 2;
      }
  return scaled;
}

/** In integers (`| 0`): one double among the sizes of pictures makes V8 keep all of them as doubles, and filters half as fast. */
function scaledShape({ height, width }: Picture, scale: number): PictureShape {
  return { height: roundHalfEven(height * scale) | 0, width: roundHalfEven(width * scale) | 0, channels: 3 };
}

/** For every place of the new axis: its two neighbours on the old one, and their weights in 1/2048. */
function nearestTwo(oldLength: number, newLength: number) {
  return Array.from({ length: newLength }, (_, place) => {
    const position = Math.fround((place + 0.5) * (1 / 0.3) - 0.5);
    const first = Math.floor(position);
    const share = Math.fround(position - first);
    return {
      first,
      next: Math.min(first + 1, oldLength - 1),
      weight: roundHalfEven(2048 * Math.fround(1 - share)),
      nextWeight: roundHalfEven(2048 * share),
    };
  });
}
