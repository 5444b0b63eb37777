import assert from "node:assert/strict";
import { test } from "node:test";
import { byteCount, createPicture, toColour, toGrey } from "../../src/pictures/picture.ts";

test("a picture without bytes is black, one with bytes uses them", () => {
  assert.deepEqual(createPicture({ height: 1, width: 2, channels: 3 }).bytes, new Uint8Array(6));
  const bytes = Uint8Array.of(1, 2);
  assert.equal(createPicture({ height: 2, width: 1, channels: 1 }, bytes).bytes, bytes);
  assert.equal(byteCount({ height: 5, width: 4, channels: 3 }), 60);
});

test("a shape that is none, or does not fit the bytes, is refused", () => {
  const shapes = [
    [0, 1, 3],
    [1, -1, 3],
    [1.5, 1, 3],
    [1, 1, 2],
    [1, 1, 4],
  ] as const;
  for (const [height, width, channels] of shapes)
    assert.throws(() => createPicture({ height, width, channels: channels as 1 | 3 }), { code: "picture" });
  assert.throws(() => createPicture({ height: 2, width: 2, channels: 1 }, new Uint8Array(5)), {
    code: "picture",
    message: /takes 4 bytes, there are 5/,
  });
});

test("bytes within the shape are refused, not left aside: so is anything else there", () => {
  const picture = { height: 1, width: 1, channels: 1, bytes: Uint8Array.of(7) };
  assert.throws(() => createPicture(picture as never), { code: "picture", message: /has "bytes".*createPicture\(\{/ });
  assert.throws(() => createPicture({ height: 1, width: 1, channels: 1, data: 7 } as never), { message: /has "data"/ });
});

test("grey is Pillow's: red 76, green 150, blue 29, white 255", () => {
  const bytes = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
  assert.deepEqual([...toGrey(createPicture({ height: 2, width: 2, channels: 3 }, bytes)).bytes], [76, 150, 29, 255]);
});

test("grey becomes three equal channels, and comes back", () => {
  const grey = createPicture({ height: 1, width: 3, channels: 1 }, Uint8Array.of(0, 7, 255));
  assert.deepEqual([...toColour(grey).bytes], [0, 0, 0, 7, 7, 7, 255, 255, 255]);
  assert.deepEqual(toGrey(toColour(grey)), grey);
});

test("conversions to what a picture is already are copies", () => {
  const grey = createPicture({ height: 1, width: 1, channels: 1 });
  const colour = createPicture({ height: 1, width: 1, channels: 3 });
  assert.notEqual(toGrey(grey).bytes, grey.bytes);
  assert.notEqual(toColour(colour).bytes, colour.bytes);
});
