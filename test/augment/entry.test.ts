/** The published entry `patina/augment`: its names, and that it runs without Node, in a browser, to the same bytes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as augment from "../../src/augment/index.ts";
import { noChromium, runBare, runInChromium } from "../browser.ts";

const entry = "src/augment/index.ts";

/** Pictures through every augmentation, in hexadecimal. */
function changedBytes({ augmentations, createPicture, createPipeline, stream }: typeof augment): string {
  const source = stream(0, "entry");
  const shape = { height: 12, width: 15, channels: 3 } as const;
  const pixels = Uint8Array.from({ length: 540 }, () => source.integer(0, 255));
  const pil = { kind: "trivial-augment", bytes: "pil" } as const;
  const choices = [...augmentations.map(({ name }) => name), ...Array.from({ length: 40 }, () => pil)];
  let text = "";
  for (const [i, choice] of choices.entries()) {
    const pipeline = createPipeline({ flip: 0.5, crop: {}, augment: [choice] });
    const changed = pipeline.apply(createPicture(shape, pixels), pipeline.draw(source.fork(i), shape));
    for (const byte of changed.bytes) text += byte.toString(16).padStart(2, "0");
  }
  return text;
}

test("the entry exports these names and no others", () => {
  assert.deepEqual(Object.keys(augment).sort(), [
    "Augment",
    "PatinaError",
    "PipelineOptions",
    "augmentations",
    "createPicture",
    "createPipeline",
    "findAugmentation",
    "stream",
  ]);
});

test("the entry needs nothing of Node: neither its modules nor its globals", () => {
  assert.equal(runBare(entry, changedBytes), changedBytes(augment));
});

test("Chromium gives the same bytes as Node", { skip: noChromium }, async () => {
  assert.equal(await runInChromium(entry, changedBytes), changedBytes(augment));
});
