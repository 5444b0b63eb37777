/** The bytes of the whole suite, as hashes: a change of any of them is seen, and asks for a new suite version. */
import { createHash } from "node:crypto";
import { corruptPicture } from "../../src/corrupt/corrupt-picture.ts";
import { severities } from "../../src/corrupt/define.ts";
import { corruptions } from "../../src/corrupt/registry.ts";
import { suiteVersion } from "../../src/corrupt/suites.ts";
import { shapeText } from "../../src/data/picture-set.ts";
import { byteCount, createPicture, type Picture, type PictureShape } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";

/** By corruption, and in that by the shape of the picture: sha256 of the five severities, one after the other. */
export interface RecordedHashes {
  readonly suite: string;
  readonly hashes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const hashesPath = new URL("../../test/golden/corrupt/hashes.json", import.meta.url).pathname;

const shapes: readonly PictureShape[] = [
  { height: 32, width: 32, channels: 3 },
  { height: 64, width: 64, channels: 3 },
  { height: 28, width: 28, channels: 1 },
  { height: 17, width: 23, channels: 3 },
];

/** Slopes, an edge, a flat area in black and white each, and some noise, so that no branch of a corruption sleeps. */
function paint(shape: PictureShape): Picture {
  const { height, width, channels } = shape;
  const draws = stream(0, "hashes", height, width);
  const bytes = Uint8Array.from({ length: byteCount(shape) }, (_, at) => {
    const [row, column] = [Math.floor(at / (width * channels)), Math.floor(at / channels) % width];
    const noise = draws.integer(0, 24);
    if (row < height / 4) return column < width / 2 ? 0 : 255;
    const slope = Math.floor((200 * (row + (at % channels) * 3)) / (height + 9));
    return noise + (column > width / 3 ? slope : 200 - slope);
  });
  return createPicture(shape, bytes);
}

export function hashesOf(corruption: string): Record<string, string> {
  return Object.fromEntries(
    shapes.map((shape) => {
      const hash = createHash("sha256");
      const picture = paint(shape);
      for (const severity of severities)
        hash.update(corruptPicture(picture, { corruption, severity, dataSet: "hashes", index: 5 }).bytes);
      return [shapeText(shape), hash.digest("hex")];
    }),
  );
}

export const allHashes = (): RecordedHashes => ({
  suite: suiteVersion,
  hashes: Object.fromEntries(
    corruptions
      .map(({ name }) => name)
      .sort()
      .map((name) => [name, hashesOf(name)]),
  ),
});
