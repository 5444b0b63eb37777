/** The pictures that a stylizer is trained on: what is drawn, and at which size. */
import { checkRatio, fitPicture } from "../../data/fit-picture.ts";
import { type DataSet, type PictureSet, pictureAt } from "../../data/picture-set.ts";
import { about, PatinaError } from "../../errors.ts";
import { blackLike, type Picture, toColour } from "../../pictures/picture.ts";
import { cropAt, resizeShorterSide } from "../../pictures/resize.ts";
import type { Stream } from "../../random/stream.ts";
import { noStylePictures, type StylePicture } from "../style-pictures.ts";

/** Pictures of one side, in one array. */
export interface DrawnPictures {
  /** [N,size,size,3] uint8. */
  readonly bytes: Uint8Array;
  /** Class of each among those of all data sets together, [N]. */
  readonly labels: BigInt64Array;
}

/** Content: the data sets are drawn from equally often, whatever their sizes. */
export class ContentPictures {
  readonly classCount: number;
  private readonly parts: readonly { readonly set: PictureSet; readonly firstClass: number }[];

  constructor(dataSets: readonly DataSet[], part: "train" | "test") {
    let firstClass = 0;
    this.parts = dataSets.map((data) => {
      const own = { set: data[part], firstClass };
      firstClass += data.classes.length;
      return own;
    });
    this.classCount = firstClass;
  }

  /** Pictures in colour at this side, half of them mirrored. */
  draw(stream: Stream, count: number, size: number): DrawnPictures {
    const labels = new BigInt64Array(count);
    const bytes = new Uint8Array(count * size * size * 3);
    for (let place = 0; place < count; place++) {
      const { set, firstClass } = this.parts[stream.integer(0, this.parts.length - 1)]!;
      const index = stream.integer(0, set.count - 1);
      const isMirrored = stream.integer(0, 1) === 1;
      labels[place] = BigInt(firstClass + set.labels[index]!);
      const fitted = fittedPicture(set, index, size);
      bytes.set((isMirrored ? mirrored(fitted) : fitted).bytes, place * size * size * 3);
    }
    return { bytes, labels };
  }
}

/** A picture of a set in colour, brought to a side. */
export function fittedPicture(set: PictureSet, index: number, size: number): Picture {
  return fitPicture(toColour(pictureAt(set, index)), { size, crop: "centre" });
}

function mirrored(picture: Picture): Picture {
  const { height, width, channels, bytes } = picture;
  const result = blackLike(picture);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * channels;
      result.bytes.set(bytes.subarray(from, from + channels), (row * width + width - 1 - column) * channels);
    }
  return result;
}

/** Style pictures are kept in memory, made smaller: their shorter side is this many times that of the training. */
const STYLE_SIDE = 2;
/** Bytes that they may take. */
const STYLE_LIMIT = 2 ** 31;

/** Style pictures at random scales, so that few of them are many styles. */
export class StylePictures {
  private readonly pictures: Picture[] = [];
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  get count(): number {
    return this.pictures.length;
  }

  /** @throws PatinaError `data` where they take more than 2 GB; `picture` where one is too narrow */
  async read(
    source: string,
    pictures: AsyncIterable<StylePicture>,
    progress: (done: number) => Promise<void>,
  ): Promise<void> {
    let total = 0;
    for await (const { name, picture } of pictures) {
      about(name, () => checkRatio(picture));
      const side = Math.min(Math.min(picture.height, picture.width), STYLE_SIDE * this.size);
      const small = resizeShorterSide(picture, Math.max(side, this.size));
      total += small.bytes.length;
      if (total > STYLE_LIMIT)
        throw new PatinaError(
          "data",
          `${source}: its style pictures take more than ${STYLE_LIMIT / 2 ** 20} MB at ${STYLE_SIDE * this.size} pixels. Give fewer: some thousands are enough.`,
        );
      this.pictures.push(small);
      await progress(this.count);
    }
    if (this.count === 0) throw noStylePictures(source);
  }

  /** Squares of this side, [N,size,size,3] uint8: any part of any picture, from the whole shorter side to the finest scale. */
  draw(stream: Stream, count: number, size: number): Uint8Array {
    const bytes = new Uint8Array(count * size * size * 3);
    for (let place = 0; place < count; place++) {
      const picture = this.pictures[stream.integer(0, this.count - 1)]!;
      const side = stream.integer(size, Math.max(size, Math.min(picture.height, picture.width)));
      const scaled = resizeShorterSide(picture, side);
      const top = stream.integer(0, scaled.height - size);
      const left = stream.integer(0, scaled.width - size);
      bytes.set(cropAt(scaled, { top, left }, { height: size, width: size }).bytes, place * size * size * 3);
    }
    return bytes;
  }
}
