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
          for (const byte of corruptPicture(picture, { corruption: name, severity, dataSet: "entry", index: 0 }).bytes)
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

const picture = corrupt.createPicture({ height: 8, width: 8, channels: 1 });
const choice = { corruption: "fog", severity: 1, dataSet: "mine", index: 0 } as const;
const refused = (wrong: object, error: { code: string; message: RegExp | string }) =>
  assert.throws(() => corrupt.corruptPicture(picture, { ...choice, ...wrong }), error);

test("a severity that there is not is refused, also one in words: its random numbers would be others", () => {
  for (const severity of [0, 6, 2.5])
    refused(
      { severity },
      { code: "argument", message: `The severity of fog is ${severity}. Give one of 1, 2, 3, 4, 5.` },
    );
  refused({ severity: "3" }, { code: "argument", message: /^The severity of fog is "3"/ });
});

test("a picture without the name of its data set, or without its place there, is refused", () => {
  for (const dataSet of [undefined, "", 7])
    refused({ dataSet }, { code: "argument", message: /dataSet is .*, index is 0\./ });
  for (const index of [undefined, -1, 0.5, Number.NaN, "17"])
    refused({ index }, { code: "argument", message: /dataSet is "mine", index is .*whole number from 0 on/ });
});

test("bytes within the shape of a picture are refused, not left aside", () => {
  const shape = { height: 1, width: 1, channels: 1, bytes: Uint8Array.of(7) };
  assert.throws(() => corrupt.createPicture(shape as never), { code: "picture", message: /has "bytes"/ });
});
