/** What pictures are compared by: thumbnails of eight pixels a side, 200 bytes of each picture, which itself is not held. */
import { createHash } from "node:crypto";
import type { PictureSet } from "../data/picture-set.ts";
import { type DataSettings, startPace } from "../data/progress.ts";
import { resizeBoxInto } from "../pictures/resize.ts";

/** Side of a thumbnail, in pixels. */
export const THUMBNAIL_SIDE = 8;
/** Numbers of a thumbnail; grey ones have three equal channels. */
export const THUMBNAIL = THUMBNAIL_SIDE * THUMBNAIL_SIDE * 3;

export interface Fingerprints {
  readonly count: number;
  /** [count,8,8,3] uint8: the mean of the pixels under each. */
  readonly thumbnails: Uint8Array;
  /** The first 48 bits of the sha256 of each picture's bytes, as a whole number. */
  readonly digests: Float64Array;
  /** Deviation of each picture's values from the mean of their channel, over all its pixels, 0 to 127.5. */
  readonly contrasts: Float32Array;
}

/** Takes those of all pictures, reading each once. @throws PatinaError `interrupted`, `file-damaged` */
export async function takeFingerprints(
  { store, count, height, width, channels }: PictureSet,
  what: string,
  settings: DataSettings,
): Promise<Fingerprints> {
  const pace = startPace({ what, total: count, unit: "pictures" }, settings);
  const thumbnails = new Uint8Array(count * THUMBNAIL);
  const digests = new Float64Array(count);
  const contrasts = new Float32Array(count);
  const picture = new Uint8Array(store.pictureBytes);
  const shape = { height, width, channels };
  const small = new Uint8Array(THUMBNAIL_SIDE * THUMBNAIL_SIDE * channels);
  for (let index = 0; index < count; index++) {
    store.readInto(index, picture, 0);
    digests[index] = createHash("sha256").update(picture).digest().readUIntBE(0, 6);
    contrasts[index] = contrastOf(picture, channels);
    resizeBoxInto(picture, shape, { height: THUMBNAIL_SIDE, width: THUMBNAIL_SIDE }, small);
    if (channels === 3) thumbnails.set(small, index * THUMBNAIL);
    else for (let at = 0; at < THUMBNAIL; at++) thumbnails[index * THUMBNAIL + at] = small[Math.floor(at / 3)]!;
    await pace(index + 1);
  }
  return { count, thumbnails, digests, contrasts };
}

/** The root of the mean of the channels' variances. */
function contrastOf(picture: Uint8Array, channels: 1 | 3): number {
  let variance = 0;
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    let squares = 0; // whole numbers below 2^53: exact
    for (let at = channel; at < picture.length; at += channels) {
      const value = picture[at]!;
      sum += value;
      squares += value * value;
    }
    const pixels = picture.length / channels;
    variance += (squares - (sum * sum) / pixels) / pixels / channels;
  }
  return Math.sqrt(Math.max(0, variance));
}
