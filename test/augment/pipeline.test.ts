/** The pipeline: flip, crop, then the augmentations in their order, each with draws of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crop } from "../../src/augment/crop.ts";
import { flip } from "../../src/augment/flip.ts";
import { createPipeline, type PipelineDraw, type PipelineOptions } from "../../src/augment/pipeline.ts";
import { findAugmentation } from "../../src/augment/registry.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { grey, noise, shapeOf } from "./pictures.ts";

const shape = shapeOf(9, 12, 3);
const whole: PipelineOptions = {
  flip: 0.5,
  crop: { padding: 4 },
  augment: ["trivial-augment", "rotate", { kind: "color", bytes: "pil" }],
};
const nothing: PipelineOptions = { flip: 0, crop: "none", augment: [] };

/** The draws of the first pictures of an epoch. */
function drawsOf(options: PipelineOptions, count = 50): PipelineDraw[] {
  const pipeline = createPipeline(options);
  return Array.from({ length: count }, (_, index) => pipeline.draw(stream(0, "test", index), shape));
}

test("flip comes before crop, and crop before the augmentations in their order", () => {
  const solarize = { magnitude: 0, bytes: "tensor" } as const; // inverts all
  const translate = { magnitude: 1, bytes: "tensor" } as const; // black from the left
  const mirrored = true;
  const result = (augment: PipelineOptions["augment"], draw: PipelineDraw) => [
    ...createPipeline({ ...nothing, augment }).apply(grey([1, 2, 3]), draw).bytes,
  ];
  const moved = { top: 0, left: 1 };
  assert.deepEqual(result([], { mirrored, crop: moved, augment: [] }), [2, 1, 0]); // crop first would give 0 3 2
  assert.deepEqual(result(["solarize"], { mirrored, crop: moved, augment: [solarize] }), [253, 254, 255]);
  assert.deepEqual(
    result(["solarize", "translate-x"], { mirrored, crop: moved, augment: [solarize, translate] }),
    [0, 253, 254],
  );
  assert.deepEqual(
    result(["translate-x", "solarize"], { mirrored, crop: moved, augment: [translate, solarize] }),
    [255, 253, 254],
  );
});

test("the result is that of the steps applied one after another", () => {
  const augment = ["rotate", "shear-x", "sharpness", "rotate", "trivial-augment"] as const;
  for (const cropOptions of [{ padding: 4 }, "none"] as const) {
    const pipeline = createPipeline({ flip: 0.5, crop: cropOptions, augment: [...augment] });
    for (let index = 0; index < 20; index++) {
      const draw = pipeline.draw(stream(0, "steps", index), shape);
      let picture = flip.apply(noise(shape, { seed: index }), draw);
      if (draw.crop !== "none") picture = crop.apply(picture, draw.crop);
      for (const [step, name] of augment.entries()) picture = findAugmentation(name).apply(picture, draw.augment[step]);
      assert.deepEqual(pipeline.apply(noise(shape, { seed: index }), draw).bytes, picture.bytes, `draw ${index}`);
    }
  }
});

test("switching steps off changes no draw of the others", () => {
  const all = drawsOf(whole);
  assert.deepEqual(
    drawsOf({ ...whole, flip: 0 }),
    all.map((draw) => ({ ...draw, mirrored: false })),
  );
  assert.deepEqual(
    drawsOf({ ...whole, crop: "none" }),
    all.map((draw) => ({ ...draw, crop: "none" })),
  );
  for (const left of [[0, 1], [0, 2], [1, 2], [0], [1], [2], []])
    assert.deepEqual(
      drawsOf({ ...whole, augment: left.map((step) => whole.augment[step]!) }),
      all.map((draw) => ({ ...draw, augment: left.map((step) => draw.augment[step]) })),
      `only the augmentations ${left}`,
    );
});

test("the same name twice draws twice, the first time as alone", () => {
  const twice = drawsOf({ ...nothing, augment: ["rotate", "rotate"] });
  const alone = drawsOf({ ...nothing, augment: ["rotate"] });
  for (const [i, { augment }] of twice.entries()) assert.deepEqual(augment[0], alone[i]!.augment[0]);
  // Among 61 strengths: that all 50 pairs are equal does not happen.
  assert.ok(twice.some(({ augment }) => JSON.stringify(augment[0]) !== JSON.stringify(augment[1])));
});

test("each step draws from a fork of its own name: what was drawn once can be drawn again", () => {
  const pipeline = createPipeline({ flip: 0.5, crop: { padding: 4 }, augment: ["rotate", "rotate"] });
  for (let index = 0; index < 20; index++) {
    const source = stream(0, "test", index);
    const crop = source.fork("crop");
    const draw = pipeline.draw(source, shape);
    assert.equal(draw.mirrored, source.fork("flip").uniform() < 0.5);
    assert.deepEqual(draw.crop, { top: crop.integer(-4, 4), left: crop.integer(-4, 4) });
    for (const occurrence of [0, 1]) {
      const own = source.fork("augment", "rotate", occurrence);
      const degrees = 4.5 * own.integer(0, 30);
      const magnitude = own.integer(0, 1) === 1 ? -degrees : degrees;
      assert.deepEqual(draw.augment[occurrence], { magnitude, bytes: "tensor" });
    }
  }
});

test("a draw depends on the stream's name only", () => {
  const [first, second] = [createPipeline(whole), createPipeline(whole)];
  for (let index = 0; index < 50; index++) {
    const used = stream(0, "test", index);
    used.uint32();
    assert.deepEqual(first.draw(used, shape), second.draw(stream(0, "test", index), shape));
  }
});

test('flip 0 and crop "none" draw nothing to do', () => {
  for (const draw of drawsOf(nothing)) assert.deepEqual(draw, { mirrored: false, crop: "none", augment: [] });
});

test("options are used: padding by default, bytes and bins as asked", () => {
  const draws = drawsOf({ flip: 1, crop: {}, augment: [{ kind: "rotate", bins: 2, bytes: "pil" }] });
  for (const { mirrored, crop, augment } of draws) {
    assert.equal(mirrored, true);
    assert.ok(crop !== "none" && Math.abs(crop.top) <= 4 && Math.abs(crop.left) <= 4);
    const { magnitude, bytes } = augment[0] as { magnitude: number; bytes: string };
    assert.ok(magnitude === 0 || Math.abs(magnitude) === 135, `${magnitude} degrees`);
    assert.equal(bytes, "pil");
  }
});

test("a pipeline of no steps copies", () => {
  const picture = noise(shape);
  const pipeline = createPipeline(nothing);
  const result = pipeline.apply(picture, pipeline.draw(stream(0), shape));
  assert.deepEqual(result.bytes, picture.bytes);
  assert.notEqual(result.bytes.buffer, picture.bytes.buffer);
});

test("apply and applyInto give the same, for pictures of changing shapes and any number of steps", () => {
  for (const augment of [[], ["rotate"], ["rotate", "color"], ["rotate", "color", "equalize"]] as const)
    for (const flip of [0, 1])
      for (const crop of ["none", { padding: 2 }] as const) {
        const pipeline = createPipeline({ flip, crop, augment: [...augment] });
        for (const [i, size] of [shape, shapeOf(5, 4, 1), shapeOf(30, 20, 3), shape].entries()) {
          const picture = noise(size, { seed: i });
          const draw = pipeline.draw(stream(0, "same", i), size);
          const target = new Uint8Array(picture.bytes.length).fill(77);
          pipeline.applyInto(picture.bytes, size, draw, target);
          assert.deepEqual(pipeline.apply(picture, draw).bytes, target, `${augment} ${flip} ${i}`);
        }
      }
});

test("applyInto keeps to its target, and neither source nor result are touched by the next picture", () => {
  const pipeline = createPipeline(whole);
  const [first, second] = [noise(shape, { seed: 1 }), noise(shape, { seed: 2 })];
  const size = first.bytes.length;
  const batch = new Uint8Array(new SharedArrayBuffer(2 * size + 2)).fill(77);
  const draw = pipeline.draw(stream(0, "one"), shape);
  pipeline.applyInto(first.bytes, shape, draw, batch.subarray(1, 1 + size));
  const before = batch.slice(1, 1 + size);
  pipeline.applyInto(second.bytes, shape, draw, batch.subarray(1 + size, 1 + 2 * size));
  second.bytes.fill(0);
  assert.deepEqual(batch.slice(1, 1 + size), before);
  assert.deepEqual(first, noise(shape, { seed: 1 }));
  assert.deepEqual([batch[0], batch[2 * size + 1]], [77, 77]);
  assert.deepEqual(pipeline.apply(noise(shape, { seed: 2 }), draw).bytes, batch.slice(1 + size, 1 + 2 * size));
});

test("a draw can be kept as JSON and applied later", () => {
  const pipeline = createPipeline(whole);
  for (let index = 0; index < 30; index++) {
    const picture = noise(shape, { seed: index });
    const draw = pipeline.draw(stream(0, "kept", index), shape);
    const kept = createPipeline(whole).apply(picture, JSON.parse(JSON.stringify(draw)));
    assert.deepEqual(kept, pipeline.apply(picture, draw));
  }
});

test("bytes that do not fit the shape are refused, in source and target", () => {
  const pipeline = createPipeline(whole);
  const draw = pipeline.draw(stream(0), shape);
  const [right, short] = [new Uint8Array(324), new Uint8Array(323)];
  for (const [source, target] of [
    [short, right],
    [right, short],
  ] as const)
    assert.throws(() => pipeline.applyInto(source, shape, draw, target), {
      code: "picture",
      message: /9x12x3 takes 324 bytes, but the source has 32\d and the target 32\d/,
    });
  assert.throws(() => pipeline.apply({ ...createPicture(shape), bytes: short }, draw), { code: "picture" });
});

test("an unknown name is an error that says where, and the nearest name", () => {
  for (const augment of ["trivial-augmet", { kind: "trivial-augmet" }])
    assert.throws(() => createPipeline({ ...nothing, augment: ["flip", augment as never] }), {
      code: "unknown-name",
      message: /unknown augmentation "trivial-augmet"\. Did you mean "trivial-augment"\?.*augment\[1\]/s,
    });
});

test("options that are wrong are an error that says where", () => {
  const wrong: [options: object, message: RegExp][] = [
    [{ ...nothing, flip: 1.5 }, /<=1.*flip/s],
    [{ ...nothing, crop: { padding: -1 } }, />=0.*crop\.padding/s],
    [{ ...nothing, crop: "standard" }, /crop/],
    [{ ...nothing, augment: [{ kind: "rotate", bins: 1 }] }, />=2.*augment\[0\]\.bins/s],
    [{ ...nothing, augment: [{ kind: "rotate", bin: 31 }] }, /"bin".*augment\[0\]/s],
    [{ ...nothing, augment: [3] }, /an augmentation is a name, or an object with a name as its kind.*augment\[0\]/s],
    [{ ...nothing, augment: "rotate" }, /augment/],
    [{ flip: 0, crop: "none" }, /augment/],
    [{ ...nothing, flop: 1 }, /"flop"/],
  ];
  for (const [options, message] of wrong)
    assert.throws(() => createPipeline(options as PipelineOptions), { code: "argument", message }, `${message}`);
});
