/** jpeg_compression and pixelate against Pillow itself, at sizes that are not whole blocks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { jpegCompression } from "../../src/corrupt/jpeg-compression.ts";
import { pixelate } from "../../src/corrupt/pixelate.ts";
import { createPicture, type Picture } from "../../src/pictures/picture.ts";
import { noise, shapeName, shapeOf } from "../augment/pictures.ts";
import { oracle, pythonWith } from "../oracle.ts";

const program = pythonWith("PIL", "numpy");
const skip = program === undefined && "no Python with Pillow and NumPy";

/** Noise is hard, and has values at both ends; waves leave most coefficients 0. */
function waves(height: number, width: number): Picture {
  const picture = createPicture(shapeOf(height, width, 3));
  for (let i = 0; i < picture.bytes.length; i++)
    picture.bytes[i] = 128 + 110 * Math.sin(i / 17) * Math.cos(i / (3.3 * width));
  return picture;
}

const pictures = [
  ...[
    shapeOf(8, 8, 3),
    shapeOf(9, 8, 3),
    shapeOf(17, 18, 3),
    shapeOf(28, 28, 1),
    shapeOf(32, 35, 3),
    shapeOf(33, 45, 1),
    shapeOf(47, 31, 3),
    shapeOf(64, 64, 3),
  ].map((shape) => noise(shape)),
  waves(96, 100),
  waves(35, 33),
];

const script = `
import base64, io, json, sys
import numpy as np
from PIL import Image
for line in sys.stdin:
    case = json.loads(line)
    height, width, channels = case["shape"]
    pixels = np.frombuffer(base64.b64decode(case["pixels"]), np.uint8).reshape((height, width, 3) if channels == 3 else (height, width))
    image = Image.fromarray(pixels)
    results = []
    for quality in case["qualities"]:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        results.append(np.asarray(Image.open(file)))
    for share in case["shares"]:
        small = image.resize((int(width * share), int(height * share)), Image.BOX)
        results.append(np.asarray(small.resize((width, height), Image.BOX)))
    print(json.dumps([base64.b64encode(result.tobytes()).decode() for result in results]))`;

test("JPEG of qualities 1 to 100, and pixelate by all shares, are Pillow's byte for byte", { skip }, () => {
  const qualities = [1, 7, 15, 25, 49, 50, 58, 80, 85, 95, 100];
  const shares = [...pixelate.constants[32], ...pixelate.constants[64], ...pixelate.constants[224]];
  const cases = pictures.map(({ height, width, channels, bytes }) =>
    JSON.stringify({
      shape: [height, width, channels],
      pixels: Buffer.from(bytes).toString("base64"),
      qualities,
      shares,
    }),
  );
  const answers = oracle(script, cases.join("\n"), program).trim().split("\n");
  assert.equal(answers.length, pictures.length);
  for (const [i, picture] of pictures.entries()) {
    const expected = (JSON.parse(answers[i]!) as string[]).map((text) => Buffer.from(text, "base64"));
    const ours = [
      ...qualities.map((quality) => jpegCompression.apply(picture, {}, quality)),
      ...shares.map((share) => pixelate.apply(picture, {}, share)),
    ];
    for (const [at, { bytes }] of ours.entries())
      assert.ok(expected[at]!.equals(bytes), `${shapeName(picture)}: ${[...qualities, ...shares][at]}`);
  }
});
