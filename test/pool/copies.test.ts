/** Copies in pools: exact ones by their bytes, near ones by their thumbnails, plain pictures apart. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createPictureSet, type PictureSet } from "../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../../src/data/picture-store.ts";
import { decodePicture, encodeJpeg } from "../../src/pictures/codec.ts";
import type { Picture } from "../../src/pictures/picture.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { BLANK, findCopies } from "../../src/pool/copies.ts";
import { takeFingerprints } from "../../src/pool/fingerprints.ts";
import { stream } from "../../src/random/stream.ts";
import { plain } from "../data/samples.ts";

const shape = { height: 32, width: 32, channels: 3 } as const;

/** Soft shapes, of other places and colours for each name: like photographs, most of what varies is coarse. */
function scene(name: number): Picture {
  const draws = stream(0, "scene", name);
  const waves = Array.from({ length: 9 }, () => ({
    down: draws.integer(0, 3),
    across: draws.integer(0, 3),
    phase: 6.28 * draws.uniform(),
    height: 40 * draws.uniform(),
  }));
  const picture = createPicture(shape);
  for (let at = 0; at < picture.bytes.length; at++) {
    const [row, column, channel] = [Math.floor(at / 96), Math.floor(at / 3) % 32, at % 3];
    let value = 128;
    for (const { down, across, phase, height } of waves.slice(channel * 2, channel * 2 + 5))
      value += height * Math.sin((6.28 * (down * row + across * column)) / 32 + phase);
    picture.bytes[at] = Math.max(0, Math.min(255, Math.round(value)));
  }
  return picture;
}

function setOf(pictures: readonly Picture[]): PictureSet {
  const [{ height, width, channels }] = pictures as [Picture, ...Picture[]];
  const pictureBytes = height * width * channels;
  const bytes = allocatePictures(pictures.length, pictureBytes);
  for (const [index, picture] of pictures.entries()) bytes.set(picture.bytes, index * pictureBytes);
  const store = new MemoryStore(bytes, pictureBytes);
  const labels = new Uint16Array(pictures.length);
  return createPictureSet({ name: "p", shape: { height, width, channels }, store, labels, classCount: 1 });
}
const prints = (pictures: readonly Picture[]) => takeFingerprints(setOf(pictures), "reading", {});

const jpeg = async (picture: Picture) => decodePicture(await encodeJpeg(picture, { quality: 75 }), "jpeg");
const different = Array.from({ length: 30 }, (_, index) => scene(index));

test("different pictures are no copies", async () => {
  assert.deepEqual(await findCopies(await prints(different), undefined, "", {}), { exact: [], near: [] });
});

test("a picture that is there three times is an exact copy twice, of the first one", async () => {
  const { exact, near } = await findCopies(await prints([scene(1), scene(2), scene(1), scene(1)]), undefined, "", {});
  assert.deepEqual(
    exact.map(({ picture, of }) => [picture, of]),
    [
      [2, 0],
      [3, 0],
    ],
  );
  assert.deepEqual(near, []);
});

test("a picture that went through JPEG is a near copy, of the one that it was", async () => {
  const { exact, near } = await findCopies(await prints([...different, await jpeg(scene(7))]), undefined, "", {});
  assert.deepEqual(exact, []);
  assert.deepEqual(
    near.map(({ picture, of }) => [picture, of]),
    [[30, 7]],
  );
  assert.ok(near[0]!.distance > 0 && near[0]!.distance <= 10, `${near[0]!.distance} levels`);
});

test("copies of a data set are found, whatever their size", async () => {
  const small = scene(3).bytes;
  const large = createPicture({ height: 64, width: 64, channels: 3 });
  for (let at = 0; at < large.bytes.length; at++) {
    const [row, column, channel] = [Math.floor(at / 192), Math.floor(at / 3) % 64, at % 3];
    large.bytes[at] = small[((row >> 1) * 32 + (column >> 1)) * 3 + channel]!;
  }
  const data = await prints(different);
  const same = await findCopies(await prints([scene(100), scene(4)]), data, "", {});
  assert.deepEqual([same.exact, same.near], [[{ picture: 1, of: 4, distance: 0 }], []]);
  const { near } = await findCopies(await prints([large]), data, "", {});
  assert.deepEqual(near, [{ picture: 0, of: 3, distance: 0 }]);
});

test("plain pictures are alike, and no near copies", async () => {
  const sky = plain(32, 32, 120, 160, 220);
  const other = createPicture(
    shape,
    Uint8Array.from(sky.bytes, (value, at) => value + (at % 96 === 0 ? 2 : 0)),
  );
  const found = await findCopies(await prints([sky, other, sky]), undefined, "", {});
  assert.deepEqual([found.exact.map(({ picture }) => picture), found.near], [[2], []]);
});

test("contrast is the deviation within channels: a plain colour has none, half black and half white 127.5", async () => {
  const halves = createPicture(
    shape,
    Uint8Array.from({ length: 3072 }, (_, at) => (at < 1536 ? 0 : 255)),
  );
  const { contrasts } = await prints([plain(32, 32, 10, 200, 90), halves]);
  assert.deepEqual([...contrasts], [0, 127.5]);
  assert.ok(contrasts[0]! < BLANK);
});

test("grey pictures are compared as three equal channels", async () => {
  const grey = plain(32, 32, 7);
  for (let at = 0; at < 512; at++) grey.bytes[at] = 99;
  const { thumbnails } = await prints([grey]);
  assert.deepEqual([...thumbnails.subarray(0, 3), ...thumbnails.subarray(189, 192)], [99, 99, 99, 7, 7, 7]);
});
