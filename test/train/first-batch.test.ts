/** The first batch of an epoch, for the eye, is that of training. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseExperiment } from "../../src/experiment/experiment.ts";
import { train } from "../../src/experiment/train.ts";
import { type BatchPicture, makeFirstBatch } from "../../src/train/first-batch.ts";
import { Loader } from "../../src/train/loader.ts";
import { planEpoch } from "../../src/train/plan.ts";
import { Restyling } from "../../src/train/restyling.ts";
import { openJob } from "../../src/train/train.ts";
import { writeMixed } from "./mixed.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-first-batch-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const experiment = await writeMixed(folder);
const parts = await openJob(parseExperiment(experiment, "mixed"), { dataFolder: folder });
after(() => parts.restyler?.dispose());

/** What a loader gives in the first batch of an epoch, with the experiment's options written out once more. */
async function loadFirst(epoch: number): Promise<Uint8Array> {
  const { data, pool, restyler, split } = parts;
  const options = {
    seed: 0,
    batch: 16,
    originals: split.train,
    synthetic: { poolSize: 120, share: 0.4 },
    restyling: {
      original: { probability: 0.3, strength: 1 },
      synthetic: { probability: 0.5, strength: [0.2, 0.9] as [number, number] },
      styleCount: 9,
    },
  };
  const plan = planEpoch(options, epoch);
  const sources = { original: data.train, synthetic: pool };
  const restyling = new Restyling({ restyler: restyler!.restyler, sources, mostPictures: 150 });
  const rules = { flip: 0.5, crop: { padding: data.cropPadding } };
  const pipeline = { ...rules, augment: [{ kind: "trivial-augment" as const }] };
  const loader = new Loader({
    original: { pictures: data.train, pipeline },
    synthetic: { pictures: pool!, pipeline, restyledPipeline: { ...rules, augment: [] } },
    restyled: restyling.share,
    batch: 16,
    seed: 0,
    workers: 1,
  });
  try {
    loader.start(plan, 0, restyling.add(plan, 0));
    await restyling.provide(epoch, plan.ends.length);
    return (await loader.next()).bytes.slice();
  } finally {
    restyling.close();
    await loader.close();
  }
}

for (const epoch of [0, 1])
  test(`epoch ${epoch}: what the network sees is byte for byte what the loader gives it, at every place`, async () => {
    const { pictures } = await makeFirstBatch(parts, epoch);
    const shown = pictures.flatMap(({ augmented }) => [...augmented.bytes]);
    assert.deepEqual(shown, [...(await loadFirst(epoch))]);
  });

test("the batch holds pictures of both origins, restyled and not", async () => {
  const { pictures } = await makeFirstBatch(parts, 1);
  const kinds = new Set(pictures.map(({ origin, restyled }) => `${origin} ${restyled !== undefined}`));
  assert.deepEqual([...kinds].sort(), ["original false", "original true", "synthetic false", "synthetic true"]);
});

test("its choices are those that a run writes down of its first batch", async () => {
  const { run } = await train(
    { ...experiment, train: { ...experiment.train, epochs: 1 } },
    {
      runsFolder: join(folder, "runs"),
      dataFolder: folder,
    },
  );
  const [line] = readFileSync(join(run, "draws.jsonl"), "utf8").trim().split("\n");
  const { pictures } = await makeFirstBatch(parts, 0);
  const drawn = pictures.map(({ index, origin, style, strength, draw }: BatchPicture) => ({
    index,
    origin,
    style,
    strength,
    draw,
  }));
  assert.deepEqual(JSON.parse(line!).pictures, JSON.parse(JSON.stringify(drawn)));
});

test('"or": a restyled synthetic picture is flipped and cropped only, another one is augmented', async () => {
  const { pictures } = await makeFirstBatch(parts, 1);
  const augmentations = (isRestyled: boolean) =>
    pictures
      .filter(({ origin, restyled }) => origin === "synthetic" && (restyled !== undefined) === isRestyled)
      .map(({ draw }) => draw.augment.length);
  assert.deepEqual([new Set(augmentations(true)), new Set(augmentations(false))], [new Set([0]), new Set([1])]);
});

test("stopped while it restyles, it says so", async () => {
  await assert.rejects(makeFirstBatch(parts, 0, { signal: AbortSignal.abort() }), /restyling: stopped/);
});
