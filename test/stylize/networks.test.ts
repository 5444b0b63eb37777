/** What encoder and decoder are made of, against the tables of the published files (method.md 4.1, 4.2). */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { inference } from "../../src/engine/autograd.ts";
import { setThreadCount } from "../../src/engine/device.ts";
import { zeros } from "../../src/engine/ops/create.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { tensorFrom } from "../../src/engine/tensor.ts";
import type { Module } from "../../src/nn/module.ts";
import { stream } from "../../src/random/stream.ts";
import { StylizerOptions } from "../../src/stylize/options.ts";
import { Stylizer } from "../../src/stylize/stylizer.ts";
import { formula } from "../formula.ts";
import { narrow } from "./stylizers.ts";

setThreadCount(1);

const vgg = new Stylizer(stream(0), { kind: "vgg-19" });
const compact = new Stylizer(stream(0), StylizerOptions.parse({ kind: "compact" }));
after(() => {
  vgg.dispose();
  compact.dispose();
});

const weights = (module: Module) =>
  [...module.namedParameters()]
    .filter(([path]) => path.endsWith("weight"))
    .map(([path, { shape }]) => [path, ...shape]);
const numberCount = (module: Module) =>
  [...module.namedParameters().values()].reduce((sum, tensor) => sum + tensor.elementCount, 0);

test("VGG-19's encoder has the names, shapes and 3,505,740 numbers of the published file to relu4_1", () => {
  assert.deepEqual(weights(vgg.encoder), [
    ["0.weight", 3, 3, 1, 1],
    ["2.weight", 64, 3, 3, 3],
    ["5.weight", 64, 64, 3, 3],
    ["9.weight", 128, 64, 3, 3],
    ["12.weight", 128, 128, 3, 3],
    ["16.weight", 256, 128, 3, 3],
    ["19.weight", 256, 256, 3, 3],
    ["22.weight", 256, 256, 3, 3],
    ["25.weight", 256, 256, 3, 3],
    ["29.weight", 512, 256, 3, 3],
  ]);
  assert.equal(numberCount(vgg.encoder), 3_505_740);
});

test("its decoder has those of the published file, 3,505,219 numbers", () => {
  assert.deepEqual(weights(vgg.decoder), [
    ["1.weight", 256, 512, 3, 3],
    ["5.weight", 256, 256, 3, 3],
    ["8.weight", 256, 256, 3, 3],
    ["11.weight", 256, 256, 3, 3],
    ["14.weight", 128, 256, 3, 3],
    ["18.weight", 128, 128, 3, 3],
    ["21.weight", 64, 128, 3, 3],
    ["25.weight", 64, 64, 3, 3],
    ["28.weight", 3, 64, 3, 3],
  ]);
  assert.equal(numberCount(vgg.decoder), 3_505_219);
});

test("our own nets and a bank of 1,000 styles fit into 4 MB as float32", () => {
  const bank = 2 * 1000 * compact.channels;
  const bytes = 4 * (numberCount(compact) + bank) + 1000 * 200; // names and digests of the styles
  assert.ok(bytes < 4_000_000, `${bytes} bytes`);
});

test("features have a place for 8 x 8 pixels of VGG-19, for 4 x 4 of ours, rounded up; images come back at whole places", () => {
  const sizes = (stylizer: Stylizer, height: number, width: number) =>
    scope(() =>
      inference(() => {
        const features = stylizer.encode(zeros([1, 3, height, width]));
        return [features.shape, stylizer.decode(features).shape];
      }),
    );
  assert.deepEqual([vgg.stride, vgg.channels, compact.stride, compact.channels], [8, 512, 4, 128]);
  assert.deepEqual(sizes(vgg, 32, 25), [
    [1, 512, 4, 4],
    [1, 3, 32, 32],
  ]);
  assert.deepEqual(sizes(compact, 64, 33), [
    [1, 128, 16, 9],
    [1, 3, 64, 36],
  ]);
});

test("the smallest images have two places each way; smaller ones are refused with the side they need", () => {
  vgg.checkSize({ height: 9, width: 9 });
  const smallest = scope(() => inference(() => vgg.encode(zeros([1, 3, 9, 9])).shape));
  assert.deepEqual(smallest, [1, 512, 2, 2]);
  assert.throws(() => vgg.checkSize({ height: 32, width: 8 }), { code: "argument", message: /sides must be above 8/ });
});

test("the features of the last stage are those of the encoder, every stage's have its channels and half the sides", () => {
  const stylizer = new Stylizer(stream(0), narrow);
  scope(() => {
    const images = zeros([1, 3, 16, 16]);
    const stages = stylizer.encoder.stageFeatures(images);
    assert.deepEqual(
      stages.map(({ shape }) => shape),
      [
        [1, 8, 8, 8],
        [1, 16, 4, 4],
        [1, 32, 2, 2],
      ],
    );
    assert.deepEqual(stages.at(-1)!.toFloat32Array(), stylizer.encode(images).toFloat32Array());
  });
  stylizer.dispose();
});

test("sides that are no multiples of our stride are mirrored below and on the right, for features and those of stages", () => {
  const [height, width] = [13, 18];
  const pixels = formula(3 * height * width, 0);
  const mirrored = (place: number, side: number) => (place < side ? place : 2 * (side - 1) - place);
  const whole = Float32Array.from({ length: 3 * 16 * 20 }, (_, at) => {
    const [channel, row, column] = [Math.floor(at / 320), Math.floor(at / 20) % 16, at % 20];
    return pixels[(channel * height + mirrored(row, height)) * width + mirrored(column, width)]!;
  });
  const numbersOf = (values: Float32Array, sides: [number, number]) =>
    scope(() =>
      inference(() => {
        const images = tensorFrom(values, [1, 3, ...sides]);
        return [compact.encode(images), ...compact.encoder.stageFeatures(images)].map((part) => part.toFloat32Array());
      }),
    );
  assert.deepEqual(numbersOf(pixels, [height, width]), numbersOf(whole, [16, 20]));
});

test("a pass without gradients holds a few tensors, not all on its way", () => {
  scope(() => {
    const images = zeros([1, 3, 16, 16]);
    const before = handleCounts().live;
    inference(() => vgg.forward(images));
    assert.ok(handleCounts().live - before <= 8, `${handleCounts().live - before} tensors`);
  });
});

test("a compact stylizer needs one number of convolutions for each stage but the last", () => {
  const parse = (convolutions: number[]) =>
    StylizerOptions.safeParse({ kind: "compact", channels: [8, 16], convolutions });
  assert.equal(parse([2]).success, true);
  assert.match(parse([2, 2]).error!.message, /one number a stage, but for the last/);
});
