/** What every corruption of the registry promises. A new one is checked by its line there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Corruption } from "../../src/corrupt/define.ts";
import { severities, tableSizes } from "../../src/corrupt/define.ts";
import { corruptions, findCorruption } from "../../src/corrupt/registry.ts";
import { tableOf } from "../../src/corrupt/table.ts";
import { byteCount } from "../../src/pictures/picture.ts";
import { stream } from "../../src/random/stream.ts";
import { noise, shapeName, shapeOf } from "../augment/pictures.ts";

const members: readonly Corruption[] = corruptions;
const shapes = [
  shapeOf(8, 8, 3),
  shapeOf(8, 8, 1),
  shapeOf(8, 13, 3),
  shapeOf(33, 17, 3),
  shapeOf(17, 33, 1),
  shapeOf(28, 28, 1),
  shapeOf(32, 32, 1),
  shapeOf(64, 64, 3),
];

/** Every severity for every shape, each with a picture and two draws for it. */
function* cases(member: Corruption) {
  for (const [i, shape] of shapes.entries())
    for (const severity of severities) {
      const picture = noise(shape, { seed: i });
      const constants = member.constants[tableOf(shape)][severity - 1];
      const draw = (name: string) => member.draw(stream(0, name, i, severity), shape, constants, picture.bytes);
      yield { picture, constants, draw, where: `${shapeName(shape)}, severity ${severity}` };
    }
}

test("names are in the benchmarks' spelling, and each once", () => {
  for (const { name } of members) assert.match(name, /^[a-z]+(_[a-z]+)*$/);
  assert.equal(new Set(members.map(({ name }) => name)).size, members.length);
});

test("each is found by its name; another name is an error with the nearest, or with all", () => {
  for (const member of members) assert.equal(findCorruption(member.name), member);
  assert.throws(() => findCorruption("gausian_noise"), {
    code: "unknown-name",
    message: 'unknown corruption "gausian_noise". Did you mean "gaussian_noise"?',
  });
  assert.throws(() => findCorruption("fog,sparkles"), { message: /one name at a time/ });
  assert.throws(() => findCorruption("translation"), { code: "unknown-name", message: /There are .*fog.*\.$/ });
});

test("a picture with a side below 8 pixels has no constants: an error that names its size", () => {
  for (const [height, width] of [
    [7, 32],
    [32, 7],
    [1, 1],
  ] as const)
    assert.throws(() => tableOf({ height, width, channels: 3 }), {
      code: "picture",
      message: `The picture is ${height}x${width}; corruptions take 8 pixels a side or more. Enlarge it first.`,
    });
});

for (const member of members) {
  const { name, summary, constants } = member;

  test(`${name} has a summary: one sentence for a table, without a full stop`, () => {
    assert.match(summary, /^[A-Z][^.]{8,100}$/);
  });

  test(`${name} has five constants for each size, that differ`, () => {
    for (const size of tableSizes) {
      const different = new Set(constants[size].map((value) => JSON.stringify(value)));
      assert.equal(different.size, 5, `${size} px`);
    }
  });

  test(`${name} keeps the shape and the picture it was given, when it draws and when it applies`, () => {
    for (const { picture, constants, draw, where } of cases(member)) {
      const before = picture.bytes.slice();
      const { bytes, height, width, channels } = member.apply(picture, draw("a"), constants);
      assert.deepEqual([height, width, channels], [picture.height, picture.width, picture.channels], where);
      assert.equal(bytes.length, byteCount(picture), where);
      assert.notEqual(bytes.buffer, picture.bytes.buffer, where);
      assert.deepEqual(picture.bytes, before, where);
    }
  });

  test(`${name} writes every byte of its target and none beside it`, () => {
    for (const { picture, constants, draw, where } of cases(member)) {
      const size = byteCount(picture);
      const chosen = draw("a");
      const expected = member.apply(picture, chosen, constants).bytes;
      for (const filling of [0, 255]) {
        const around = new Uint8Array(size + 2).fill(filling);
        member.applyInto(picture.bytes, picture, chosen, constants, around.subarray(1, 1 + size));
        assert.ok(Buffer.from(expected).equals(around.subarray(1, 1 + size)), where);
        assert.deepEqual([around[0], around[size + 1]], [filling, filling], where);
      }
    }
  });

  test(`${name} draws plain data: a copy gives the same bytes, and is as it was afterwards`, () => {
    for (const { picture, constants, draw, where } of cases(member)) {
      const chosen = draw("a");
      const copy = structuredClone(chosen);
      const { bytes } = member.apply(picture, copy, constants);
      assert.ok(Buffer.from(bytes).equals(member.apply(picture, chosen, constants).bytes), where);
      assert.deepEqual(copy, chosen, where);
    }
  });

  test(`${name} gives the same bytes whatever was corrupted before`, () => {
    // What it keeps between pictures (tables, scratch) must not show: large and small, colour and grey take turns.
    const all = [...cases(member)];
    const corrupt = ({ picture, constants, draw }: (typeof all)[number]) =>
      member.apply(picture, draw("a"), constants).bytes;
    const forwards = all.map(corrupt);
    const backwards = all.toReversed().map(corrupt).toReversed();
    for (const [i, { where }] of all.entries()) assert.ok(Buffer.from(forwards[i]!).equals(backwards[i]!), where);
  });

  test(`${name} draws the same from the same stream, and other things from another if it draws at all`, () => {
    let different = 0;
    for (const { draw, where } of cases(member)) {
      assert.deepEqual(draw("a"), draw("a"), where);
      // By chance the second is equal where there are few to choose from.
      if (!isDeepStrictEqual(draw("a"), draw("b"))) different++;
    }
    const [first] = cases(member);
    const isDrawn = Object.keys(first!.draw("a") as object).length > 0;
    assert.equal(different > 0, isDrawn, `${different} draws differ`);
  });

  test(`${name} changes a picture that has something to change, at every severity`, () => {
    const shape = shapeOf(32, 32, 3);
    const picture = noise(shape, { low: 20, high: 235 });
    for (const severity of severities) {
      const chosen = constants[32][severity - 1];
      // Some draws change nothing: a piece of frost may be bare glass.
      const isChanged = Array.from({ length: 8 }, (_, i) => {
        const draw = member.draw(stream(0, "some", severity, i), shape, chosen, picture.bytes);
        return !Buffer.from(member.apply(picture, draw, chosen).bytes).equals(picture.bytes);
      });
      assert.ok(isChanged.includes(true), `severity ${severity}`);
    }
  });
}
