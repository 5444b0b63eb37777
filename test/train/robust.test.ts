/** Pictures for robust accuracy while training. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Severity, severities } from "../../src/corrupt/define.ts";
import { findCorruption } from "../../src/corrupt/registry.ts";
import { suiteCorruptions } from "../../src/corrupt/suites.ts";
import { createPictureSet, pictureAt } from "../../src/data/picture-set.ts";
import { MemoryStore } from "../../src/data/picture-store.ts";
import { byteCount } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { corruptHeld } from "../../src/train/robust.ts";
import { noisePictures } from "../benchmark/pictures.ts";

const shape = { height: 8, width: 8, channels: 3 } as const;
const count = 60;
/** Each picture is of a class of its own: its label is its index. */
const pictures = createPictureSet({
  name: "noise",
  shape,
  store: new MemoryStore(noisePictures(shape, count), byteCount(shape)),
  labels: Uint16Array.from({ length: count }, (_, index) => index),
  classCount: count,
});
const held = Uint32Array.from({ length: 30 }, (_, place) => 2 * place);
const c15 = suiteCorruptions("c15", shape);
const corrupted = corruptHeld(pictures, held, { suite: "c15", pictures: 30 }, 1);

/** What a corruption that draws nothing makes of a picture at a severity. */
function applied(index: number, name: string, severity: Severity): string {
  const { constants, draw, apply } = findCorruption(name);
  const picture = pictureAt(pictures, index);
  const strength = constants[32][severity - 1];
  return Buffer.from(apply(picture, draw(stream(0), shape, strength, picture.bytes), strength).bytes).toString("hex");
}

const bytesAt = (place: number) => Buffer.from(pictureAt(corrupted, place).bytes).toString("hex");

test("the corruptions of the suite come in turn, each at one of its severities", () => {
  const fixed = ["brightness", "contrast", "pixelate", "jpeg_compression"]; // they draw nothing
  for (const [place, label] of corrupted.labels.entries()) {
    const name = c15[place % c15.length]!;
    if (!fixed.includes(name)) continue;
    assert.ok(
      severities.some((severity) => applied(label, name, severity) === bytesAt(place)),
      `${name} of picture ${label}`,
    );
  }
});

test("no picture stays as it was", () => {
  for (const [place, label] of corrupted.labels.entries())
    assert.notEqual(bytesAt(place), Buffer.from(pictureAt(pictures, label).bytes).toString("hex"));
});

test("they are held-out pictures, each once", () => {
  assert.deepEqual(
    [...corrupted.labels].sort((a, b) => a - b),
    [...held],
  );
});

test("severities are drawn: not all the same", () => {
  const places = [...corrupted.labels.keys()].filter((place) => c15[place % c15.length] === "contrast");
  const many = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((seed) => {
    const one = corruptHeld(pictures, held, { suite: "c15", pictures: 30 }, seed);
    return places.map((place) => {
      const bytes = Buffer.from(pictureAt(one, place).bytes).toString("hex");
      return severities.find((severity) => applied(one.labels[place]!, "contrast", severity) === bytes);
    });
  });
  // 20 draws of five severities: all the same in one seed of 5^19.
  assert.ok(new Set(many).size > 1);
});

test("a seed gives the same pictures, another one others; fewer held out than asked for are all taken", () => {
  const again = corruptHeld(pictures, held, { suite: "c15", pictures: 300 }, 1);
  assert.equal(again.count, 30);
  assert.deepEqual(again.labels, corrupted.labels);
  for (const place of again.labels.keys())
    assert.equal(Buffer.from(pictureAt(again, place).bytes).toString("hex"), bytesAt(place));
  const other = corruptHeld(pictures, held, { suite: "c15", pictures: 30 }, 2);
  assert.notDeepEqual(other.labels, corrupted.labels);
});
