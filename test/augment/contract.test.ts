/** What every augmentation of the registry promises. A new one is checked by its line there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Augmentation } from "../../src/augment/define.ts";
import { trivialAugmentOperations } from "../../src/augment/operations/list.ts";
import { augmentations, findAugmentation } from "../../src/augment/registry.ts";
import { byteCount, type PictureShape } from "../../src/pictures/picture.ts";
import { type Stream, stream } from "../../src/random/stream.ts";
import { noise, shapeName, shapeOf } from "./pictures.ts";

const DRAWS = 40;
const members: readonly Augmentation[] = augmentations;
const shapes = [
  shapeOf(32, 32, 3),
  shapeOf(8, 8, 1),
  shapeOf(7, 10, 3),
  shapeOf(2, 2, 3),
  shapeOf(1, 1, 3),
  shapeOf(1, 1, 1),
  shapeOf(1, 9, 3),
  shapeOf(9, 1, 1),
];
const withoutChoice = trivialAugmentOperations
  .filter(({ magnitudes }) => magnitudes === "none")
  .map(({ name }) => name);

const drawOf = ({ options, draw }: Augmentation, source: Stream, shape: PictureShape) =>
  draw(source, options.parse({}), shape);

/** Some draws of an augmentation for every shape, each with a picture. */
function* cases(member: Augmentation) {
  for (const shape of shapes)
    for (let i = 0; i < DRAWS; i++)
      yield {
        picture: noise(shape, { seed: i }),
        draw: drawOf(member, stream(0, "contract", i), shape),
        where: `${shapeName(shape)}, draw ${i}`,
      };
}

test("names are in kebab-case, and each once", () => {
  for (const { name } of members) assert.match(name, /^[a-z]+(-[a-z]+)*$/);
  assert.equal(new Set(members.map(({ name }) => name)).size, members.length);
});

test("every operation of TrivialAugment is an augmentation of its own", () => {
  const names: string[] = members.map(({ name }) => name);
  assert.deepEqual(
    trivialAugmentOperations.map(({ name }) => name).filter((name) => !names.includes(name)),
    [],
  );
});

test("each is found by its name; another name is an error with the nearest, or with all", () => {
  for (const member of members) assert.equal(findAugmentation(member.name), member);
  assert.throws(() => findAugmentation("autocontrast"), {
    code: "unknown-name",
    message: 'unknown augmentation "autocontrast". Did you mean "auto-contrast"?',
  });
  assert.throws(() => findAugmentation("elastic-warping"), {
    code: "unknown-name",
    message: /^unknown augmentation "elastic-warping"\. There are trivial-augment, flip, .*, equalize\.$/,
  });
});

test("an operation has the option bins where it has strengths, and nowhere else", () => {
  for (const { name, magnitudes } of trivialAugmentOperations)
    assert.equal("bins" in findAugmentation(name).options.shape, (magnitudes as unknown) !== "none", name);
});

test("an operation that has no strengths draws the magnitude 0", () => {
  for (const name of withoutChoice) {
    const draw = drawOf(findAugmentation(name), stream(0), shapes[0]!);
    assert.deepEqual(draw, { magnitude: 0, bytes: "tensor" }, name);
  }
});

for (const member of members) {
  const { name, summary, options } = member;

  test(`${name} has a summary: one sentence for a table, without a full stop`, () => {
    assert.match(summary, /^[A-Z][^.]{8,100}$/);
  });

  test(`${name} takes {} as its options, describes each that it has, and refuses others`, () => {
    assert.equal(options.safeParse({}).success, true);
    assert.equal(options.safeParse({ unheardOf: 1 }).success, false);
    for (const [key, option] of Object.entries(options.shape))
      assert.ok((option as { description?: string }).description, `${key} has no description`);
  });

  test(`${name} keeps the shape and the picture it was given`, () => {
    for (const { picture, draw, where } of cases(member)) {
      const before = picture.bytes.slice();
      const result = member.apply(picture, draw);
      const { height, width, channels, bytes } = result;
      assert.deepEqual({ height, width, channels }, shapeOf(picture.height, picture.width, picture.channels), where);
      assert.equal(bytes.length, byteCount(picture), where);
      assert.notEqual(bytes.buffer, picture.bytes.buffer, where);
      assert.deepEqual(picture.bytes, before, where);
    }
  });

  test(`${name} writes every byte of its target and none beside it, the same for the same draw`, () => {
    for (const { picture, draw, where } of cases(member)) {
      const size = byteCount(picture);
      const expected = member.apply(picture, draw).bytes;
      for (const filling of [0, 255]) {
        const around = new Uint8Array(size + 2).fill(filling);
        member.applyInto(picture.bytes, picture, draw, around.subarray(1, 1 + size));
        assert.deepEqual(around.slice(1, 1 + size), expected, where);
        assert.deepEqual([around[0], around[size + 1]], [filling, filling], where);
      }
    }
  });

  test(`${name} draws plain data: its copies and its JSON give the same bytes`, () => {
    for (const { picture, draw, where } of cases(member)) {
      assert.deepEqual(structuredClone(draw), draw, where);
      const expected = member.apply(picture, draw).bytes;
      assert.deepEqual(member.apply(picture, structuredClone(draw)).bytes, expected, where);
      assert.deepEqual(member.apply(picture, JSON.parse(JSON.stringify(draw))).bytes, expected, where);
    }
  });

  test(`${name} draws the same from the same stream, other things from others`, () => {
    const shape = shapes[0]!;
    const draws = Array.from({ length: DRAWS }, (_, i) => drawOf(member, stream(0, "some", i), shape));
    for (const [i, draw] of draws.entries())
      assert.deepEqual(drawOf(member, stream(0, "some", i), shape), draw, `draw ${i}`);
    const different = new Set(draws.map((draw) => JSON.stringify(draw))).size;
    if ((withoutChoice as string[]).includes(name)) assert.equal(different, 1);
    else assert.ok(different > 1, `${DRAWS} streams give ${different} draw`);
  });
}
