/** The published entry `patina/corrupt`: its names, and that it runs without Node, in a browser, to the same bytes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corrupt from "../../src/corrupt/index.ts";
import { noChromium, runBare, runInChromium } from "../browser.ts";

const entry = "src/corrupt/index.ts";

/** A line for every corruption: its name, and a sum (FNV-1a) of its bytes for each shape and severity. */
function corruptedSums({ corruptions, corruptPicture, createPicture, stream }: typeof corrupt): string {
  const pictures = [
    { height: 32, width: 32, channels: 3 } as const,
    { height: 28, width: 28, channels: 1 } as const,
    { height: 64, width: 64, channels: 3 } as const,
  ].map((shape) => {
    const picture = createPicture(shape);
    const source = stream(0, "entry", shape.height);
    // Hills and valleys with a little noise: photographs have both.
    for (let i = 0; i < picture.bytes.length; i++)
      picture.bytes[i] = 128 + 90 * Math.sin(i / 50) + 30 * source.uniform();
    return picture;
  });
  return corruptions
    .map(({ name }) => {
      const sums = pictures.flatMap((picture) =>
        ([1, 3, 5] as const).map((severity) => {
          let sum = 0x811c9dc5;
          for (const byte of corruptPicture(picture, { corruption: name, severity }).bytes)
            sum = Math.imul(sum ^ byte, 0x01000193);
          return (sum >>> 0).toString(16);
        }),
      );
      return `${name} ${sums.join(" ")}`;
    })
    .join("\n");
}

test("the entry exports these names and no others", () => {
  assert.deepEqual(Object.keys(corrupt).sort(), [
    "PatinaError",
    "cellStream",
    "corruptPicture",
    "corruptions",
    "createPicture",
    "findCorruption",
    "frostOf",
    "isStandard",
    "severities",
    "stream",
    "suiteCorruptions",
    "suiteNames",
    "suiteVersion",
    "tableOf",
    "tableSizes",
  ]);
});

test("the entry needs nothing of Node: neither its modules nor its globals", () => {
  assert.deepEqual(runBare(entry, corruptedSums).split("\n"), corruptedSums(corrupt).split("\n"));
});

test("Chromium gives the same bytes as Node", { skip: noChromium }, async () => {
  assert.deepEqual((await runInChromium(entry, corruptedSums)).split("\n"), corruptedSums(corrupt).split("\n"));
});

test("a severity that there is not is refused, as is an index that is no whole number", () => {
  const picture = corrupt.createPicture({ height: 8, width: 8, channels: 1 });
  for (const severity of [0, 6, 2.5])
    assert.throws(
      () => corrupt.corruptPicture(picture, { corruption: "fog", severity: severity as corrupt.Severity }),
      {
        code: "argument",
        message: `The severity of fog is ${severity}. Give one of 1, 2, 3, 4, 5.`,
      },
    );
  assert.throws(() => corrupt.corruptPicture(picture, { corruption: "fog", severity: 1, index: 0.5 }), {
    code: "argument",
  });
});
