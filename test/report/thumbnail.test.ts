import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePicture } from "../../src/pictures/codec.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { sheetColumns, sheetOf, thumbnail } from "../../src/report/thumbnail.ts";

/** Noise, which no format shrinks. */
function noise(side: number) {
  const draws = stream(0, "noise");
  const shape = { height: side, width: side, channels: 3 } as const;
  return createPicture(
    shape,
    Uint8Array.from({ length: 3 * side * side }, () => draws.integer(0, 255)),
  );
}
const bytesOf = (uri: string) => Buffer.from(uri.split(",")[1]!, "base64");

test("a small picture loses no byte", async () => {
  const picture = noise(32);
  const uri = await thumbnail(picture);
  assert.match(uri, /^data:image\/png;base64,/);
  assert.deepEqual((await decodePicture(bytesOf(uri), "thumbnail")).bytes, picture.bytes);
});

test("a large picture is shrunk to 96 pixels", async () => {
  const { height, width } = await decodePicture(bytesOf(await thumbnail(noise(224))), "thumbnail");
  assert.deepEqual([height, width], [96, 96]);
});

for (const side of [32, 64, 224])
  test(`sheets of 29 corruptions of pictures of ${side} pixels take less than 3 MB, even were all of them noise`, async () => {
    const columns = sheetColumns(side);
    const { uri } = await sheetOf(Array(5 * columns).fill(noise(side)), columns);
    assert.ok(29 * uri.length < 3e6, `${(29 * uri.length) / 1e6} MB`);
  });
