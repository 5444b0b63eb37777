/** The distance to styles, beside the same reckoned picture by picture. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setThreadCount } from "../../../src/engine/device.ts";
import { createPicture } from "../../../src/pictures/picture.ts";
import { stream } from "../../../src/random/stream.ts";
import { makeStyleBank } from "../../../src/stylize/make-bank.ts";
import { RestyleOptions } from "../../../src/stylize/options.ts";
import { Restyler } from "../../../src/stylize/restyle.ts";
import { styleDistance } from "../../../src/stylize/training/quality.ts";
import { filledStylizer, madeUpPictures } from "../stylizers.ts";

setThreadCount(1);
const shape = { height: 32, width: 32, channels: 3 } as const;
const pictureBytes = 32 * 32 * 3;
const measure = { size: 32, crop: "centre", source: "test" } as const;
const named = (bytes: Uint8Array, name: string) => ({
  name,
  digest: "0".repeat(64),
  picture: createPicture(shape, bytes),
});

test("it is the median over pictures of the distance of channel means and deviations, to the own style and to another", async () => {
  const stylizer = filledStylizer();
  const styles = [10, 11, 12, 13, 14].map((salt) => named(madeUpPictures(1, 3, 32, salt), `${salt}`));
  const bank = await makeStyleBank(stylizer, styles, measure);
  for (const count of [3, 4]) {
    const bytes = madeUpPictures(count, 3, 32, 30);
    const found = styleDistance(stylizer, bank, { bytes, shape }, stream(5));

    const draws = stream(5);
    const [own, others] = [0, 1].map(() => Array.from({ length: count }, () => draws.integer(0, 4)));
    const restyler = new Restyler(stylizer, bank, RestyleOptions.parse({}));
    const restyled = restyler.restyle(bytes, shape, { styles: own!, strengths: own!.map(() => 1) });
    restyler.dispose();
    // A bank of the restyled pictures has their means and deviations.
    const parts = own!.map((_, at) => named(restyled.slice(at * pictureBytes, (at + 1) * pictureBytes), `${at}`));
    const measured = await makeStyleBank(stylizer, parts, measure);
    const distances = (places: number[]) =>
      places.map((style, picture) => {
        const apart = (key: "mean" | "deviation") =>
          Array.from({ length: 32 }, (_, c) => measured[key][picture * 32 + c]! - bank[key][style * 32 + c]!);
        return Math.hypot(...apart("mean"), ...apart("deviation"));
      });
    const median = (values: number[]) => {
      const sorted = values.toSorted((a, b) => a - b);
      return count === 3 ? sorted[1]! : (sorted[1]! + sorted[2]!) / 2;
    };
    const wanted = [median(distances(own!)), median(distances(others!))];
    for (const [at, value] of [found.own, found.random].entries())
      assert.ok(Math.abs(value - wanted[at]!) < 1e-4, `${value}, not ${wanted[at]}`);
  }
  stylizer.dispose();
});
