/** What the stylizer is to a training: read once, whatever is restyled how often, and nothing to pictures that are not restyled. */
import assert from "node:assert/strict";
import fs, { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ExperimentInput } from "../../src/experiment/experiment.ts";
import { type ExperimentSettings, train } from "../../src/experiment/train.ts";
import { Loader } from "../../src/train/loader.ts";
import { withMocked } from "../mocked-system.ts";
import { madeUpPictures, writeStylizer } from "../stylize/stylizers.ts";
import { writeMixed } from "./mixed.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-stylizer-in-training-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const mixed = await writeMixed(folder);
const experiment = { ...mixed, train: { ...mixed.train, epochs: 3 } };

const carryOut = (input: ExperimentInput, settings: ExperimentSettings = {}) =>
  train(input, { runsFolder: join(folder, "runs"), dataFolder: folder, ...settings });
const weightsOf = (run: string) => readFileSync(join(run, "weights.safetensors"));

/** Carries it out, and counts how often the two files are opened meanwhile. */
async function countOpenings(input: ExperimentInput & { stylizer: { weights: string; styles: string } }) {
  const { openSync } = fs;
  const openings = { weights: 0, styles: 0 };
  const counted = (...words: Parameters<typeof openSync>) => {
    if (words[0] === input.stylizer.weights) openings.weights++;
    if (words[0] === input.stylizer.styles) openings.styles++;
    return openSync(...words);
  };
  const { run } = await withMocked("openSync", counted, () => carryOut(input));
  return { openings, run };
}

const lasting = await countOpenings(experiment);

test("three epochs that restyle both origins open stylizer and styles no more often than one that restyles originals alone (method.md 11, S7)", async () => {
  const { openings } = await countOpenings({
    ...experiment,
    synthetic: { ...experiment.synthetic, stylize: { probability: 0 } },
    train: { ...experiment.train, epochs: 1 },
  });
  assert.ok(openings.weights > 0 && openings.styles > 0, "nothing was counted");
  assert.deepEqual(lasting.openings, openings);
});

test("a training whose stylizer and styles are taken away once it has begun ends with the same bytes (method.md 11, S7)", async () => {
  const stylizer = await writeStylizer(mkdtempSync(join(folder, "taken-")), 28);
  let taken = 0;
  const report = ({ kind }: { kind: string }) => {
    if (kind !== "start") return;
    for (const path of Object.values(stylizer)) rmSync(path);
    taken++;
  };
  const { run } = await carryOut({ ...experiment, stylizer }, { report });
  assert.equal(taken, 1);
  assert.deepEqual(weightsOf(run), weightsOf(lasting.run));
});

test("restyled at twice their size, pictures stand beside others that are byte for byte as their source (method.md 11, S3)", async (context) => {
  const { next } = Loader.prototype;
  const seen: Buffer[] = [];
  context.mock.method(Loader.prototype, "next", async function (this: Loader) {
    const batch = await next.call(this);
    seen.push(Buffer.from(batch.bytes));
    return batch;
  });
  const still = { flip: 0, crop: "none", augment: [] } satisfies ExperimentInput["original"];
  await carryOut({
    ...experiment,
    original: { ...still, stylize: { probability: 0.3 } },
    synthetic: { ...still, pool: experiment.synthetic.pool, share: 0.4, stylize: { probability: 0.5 } },
    stylizer: { ...experiment.stylizer, size: 56 },
    train: { ...experiment.train, epochs: 1, batch: 50, averaging: "none" },
  });

  const picturesOf = (bytes: Uint8Array) =>
    Array.from({ length: bytes.length / 784 }, (_, index) =>
      Buffer.from(bytes.subarray(index * 784, (index + 1) * 784)).toString("base64"),
    );
  const sources = {
    original: new Set(picturesOf(readFileSync(join(folder, "fashion-mnist", "train-images-idx3-ubyte")).subarray(16))),
    synthetic: new Set(picturesOf(madeUpPictures(120, 1, 28, 7))),
  };
  const countIn = (source: ReadonlySet<string>, pictures: readonly string[]) =>
    pictures.filter((picture) => source.has(picture)).length;
  // Of 150 places 60 are synthetic, 30 of them restyled, and 90 original, 27 of them restyled.
  const all = seen.flatMap(picturesOf);
  assert.equal(all.length, 150);
  assert.deepEqual([countIn(sources.original, all), countIn(sources.synthetic, all)], [63, 30]);
  for (const batch of seen.map(picturesOf)) {
    const untouched = countIn(sources.original, batch) + countIn(sources.synthetic, batch);
    assert.ok(untouched > 0 && untouched < 50, `${untouched} of 50 are untouched: no batch of both kinds`);
  }
});
