import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import sharp from "sharp";
import { decodePicture, encodeJpeg, encodePng } from "../../src/pictures/codec.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { noOracle, oracle } from "../oracle.ts";

function noise(height: number, width: number, channels: 1 | 3) {
  const source = stream(0, "noise", height, width, channels);
  return createPicture(
    { height, width, channels },
    Uint8Array.from({ length: height * width * channels }, () => source.integer(0, 255)),
  );
}

for (const channels of [1, 3] as const)
  test(`a PNG of ${channels} channels comes back byte for byte`, async () => {
    const picture = noise(7, 5, channels);
    assert.deepEqual(await decodePicture(await encodePng(picture), "a.png"), picture);
  });

test("grey and colour are converted where asked for", async () => {
  const grey = await encodePng(createPicture({ height: 1, width: 1, channels: 1 }, Uint8Array.of(9)));
  assert.deepEqual([...(await decodePicture(grey, "a.png", { channels: 3 })).bytes], [9, 9, 9]);
  const red = await encodePng(createPicture({ height: 1, width: 1, channels: 3 }, Uint8Array.of(255, 0, 0)));
  assert.deepEqual([...(await decodePicture(red, "a.png", { channels: 1 })).bytes], [76]);
});

test("alpha is dropped, sixteen bits become eight", async () => {
  const raw = { raw: { height: 1, width: 1, channels: 4 } } as const;
  const clear = await sharp(Uint8Array.of(10, 20, 30, 0), raw)
    .png()
    .toBuffer();
  assert.deepEqual([...(await decodePicture(clear, "a.png")).bytes], [10, 20, 30]);
  const deep = await sharp(Uint8Array.of(10, 20, 30, 255), raw)
    .toColourspace("rgb16")
    .png()
    .toBuffer();
  assert.deepEqual([...(await decodePicture(deep, "a.png")).bytes], [10, 20, 30]);
});

test("what is no picture, or not all of one, is an error that names the file", async () => {
  const jpeg = await encodeJpeg(noise(64, 64, 3));
  const broken: Record<string, Uint8Array> = {
    "empty.jpg": new Uint8Array(0),
    "text.png": new TextEncoder().encode("<html>not found</html>"),
    "drawing.svg": new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    "cut.jpg": jpeg.slice(0, jpeg.length - 400),
    "head.jpg": jpeg.slice(0, 30),
  };
  for (const [name, bytes] of Object.entries(broken))
    await assert.rejects(decodePicture(bytes, name), {
      code: "picture",
      message: new RegExp(`^${name}: .*Replace it`),
    });
});

test("a small file that claims ten billion pixels is refused before they are made", async () => {
  const png = await encodePng(noise(2, 2, 1));
  const claimed = png.slice();
  new DataView(claimed.buffer).setUint32(16, 100_000); // width, height: the first chunk's first eight bytes
  new DataView(claimed.buffer).setUint32(20, 100_000);
  new DataView(claimed.buffer).setUint32(29, crc32(claimed.subarray(12, 29)));
  await assert.rejects(decodePicture(claimed, "bomb.png"), { code: "picture", message: /pixel/ });
});

test("a thread that begins to decode does not change which formats all threads may read", async () => {
  const bytes = await encodePng(noise(8, 8, 3));
  const codec = JSON.stringify(new URL("../../src/pictures/codec.ts", import.meta.url).href);
  const block = { operation: ["VipsForeignLoadPng"] };
  sharp.block(block);
  try {
    await once(new Worker(`import(${codec});`, { eval: true }), "exit");
    await assert.rejects(decodePicture(bytes, "a.png"), { code: "picture" });
  } finally {
    sharp.unblock(block);
  }
});

test("qualities outside 1 to 100 are refused", async () => {
  for (const quality of [0, 101, 1.5])
    await assert.rejects(encodeJpeg(noise(2, 2, 1), { quality }), { code: "argument" });
});

test("JPEG is decoded and encoded to the same pixels as with Pillow", { skip: noOracle }, async () => {
  const picture = noise(37, 50, 3);
  const jpeg = await encodeJpeg(picture, { quality: 60 });
  const script = `
import io, sys, json, base64
from PIL import Image
asked = json.load(sys.stdin)
ours = Image.open(io.BytesIO(base64.b64decode(asked["jpeg"])))
picture = Image.frombytes("RGB", (50, 37), base64.b64decode(asked["pixels"]))
file = io.BytesIO()
picture.save(file, "JPEG", quality=60)
text = lambda data: base64.b64encode(data).decode()
print(json.dumps({"decoded": text(ours.convert("RGB").tobytes()), "jpeg": text(file.getvalue())}))`;
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const answer = JSON.parse(oracle(script, JSON.stringify({ jpeg: base64(jpeg), pixels: base64(picture.bytes) })));
  const ours = await decodePicture(jpeg, "ours.jpg");
  assert.equal(base64(ours.bytes), answer.decoded);
  assert.deepEqual(await decodePicture(Buffer.from(answer.jpeg, "base64"), "pillow.jpg"), ours);
});

/** The checksum of PNG chunks. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
