/** Whole trainings on a few pictures: what is in the run's folder, what it depends on, and what happens when it goes wrong. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PatinaError } from "../../src/errors.ts";
import type { ExperimentInput } from "../../src/experiment/experiment.ts";
import { type ExperimentSettings, resume, train } from "../../src/experiment/train.ts";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { readJournal } from "../../src/run/journal.ts";
import type { Progress } from "../../src/train/progress.ts";
import { writeTinyFashion } from "../tiny-data.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-train-"));
after(() => rmSync(folder, { recursive: true, force: true }));
writeTinyFashion(folder, { train: 160, test: 50 });

const experiment = {
  data: "fashion-mnist",
  model: { kind: "wide-resnet", depth: 10, width: 1, dropout: 0.1 },
  original: { crop: { padding: 1 }, flip: 0 },
  train: {
    epochs: 3,
    batch: 20,
    hold: 0.25,
    schedule: { kind: "cosine" },
    averaging: "none",
    threads: 1,
    workers: 1,
    labelSmoothing: 0,
  },
} satisfies ExperimentInput;
type Train = NonNullable<ExperimentInput["train"]>;
const changed = (options: Train): ExperimentInput => ({ ...experiment, train: { ...experiment.train, ...options } });
const carryOut = (input: ExperimentInput, settings: ExperimentSettings = {}) =>
  train(input, { runsFolder: join(folder, "runs"), dataFolder: folder, ...settings });
const weightsOf = (run: string) => readFileSync(join(run, "weights.safetensors"));
const journalOf = (run: string) => readJournal(join(run, "journal.jsonl"));
const isError = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof PatinaError && error.code === code && message.test(error.message);

const first = await carryOut(experiment);

test("a run leaves experiment, manifest, journal, draws, timings, checkpoints and weights", () => {
  const files = readdirSync(first.run).sort();
  assert.deepEqual(files, [
    "checkpoints",
    "draws.jsonl",
    "experiment.json",
    "journal.jsonl",
    "manifest.json",
    "timings.jsonl",
    "weights.safetensors",
  ]);
  const checkpoints = readdirSync(join(first.run, "checkpoints")).sort();
  const names = ["000002", "000003", "best"].flatMap((name) => [`${name}.json`, `${name}.safetensors`]);
  assert.deepEqual(checkpoints, names);
});

test("it learns: stripes of ten kinds are told apart on pictures it never saw", () => {
  const held = journalOf(first.run)[2]?.cleanAccuracy ?? 0;
  // By chance 5 of 50 are right; 20 or more happen once in 10^8 guesses.
  assert.ok(first.testAccuracy >= 0.4, `${first.testAccuracy} on the test set, ${held} on those held out`);
});

test("the journal has a line an epoch with held-out accuracy, and the test set only in its last", () => {
  const lines = journalOf(first.run);
  assert.deepEqual(
    lines.map((line) => line.epoch),
    [1, 2, 3, 3],
  );
  assert.ok(lines.slice(0, 3).every((line) => line.cleanAccuracy !== undefined && line.testAccuracy === undefined));
  assert.deepEqual([lines[3]?.event, lines[3]?.testAccuracy], ["end", first.testAccuracy]);
});

test("robust accuracy is measured on the same corrupted pictures whatever the number of workers, and changes nothing else", async () => {
  const robust = { suite: "c15", pictures: 30 } as const;
  const one = await carryOut(changed({ robust, workers: 1 }));
  const two = await carryOut(changed({ robust, workers: 2 }));
  const journals = [one, two].map(({ run }) => journalOf(run));
  assert.deepEqual(journals[1], journals[0]);
  for (const { robustAccuracy = -1 } of journals[0]!.slice(0, 3)) assert.ok(Number.isInteger(robustAccuracy * 30));
  const without = journals[0]!.map(({ robustAccuracy: _, ...line }) => line);
  assert.deepEqual(without, journalOf(first.run));
});

test("robust accuracy without held-out pictures is an error before anything is written", async () => {
  await assert.rejects(
    carryOut(changed({ hold: 0, robust: {} })),
    isError("experiment", /^train\.robust: .* train\.hold is 0\. Set train\.hold/),
  );
});

test("the best checkpoint is the epoch with the highest accuracy on held-out pictures, the first of equals", () => {
  const accuracies = journalOf(first.run)
    .slice(0, 3)
    .map((line) => line.cleanAccuracy!);
  const note = JSON.parse(readFileSync(join(first.run, "checkpoints/best.json"), "utf8"));
  assert.equal(note.state.epoch, accuracies.indexOf(Math.max(...accuracies)) + 1);
});

test("the manifest records versions, device, threads, seed, and the digests of data and split", () => {
  const manifest = JSON.parse(readFileSync(join(first.run, "manifest.json"), "utf8"));
  assert.equal(manifest.node, process.versions.node);
  assert.deepEqual([manifest.device, manifest.threads, manifest.seed], ["cpu", 1, 0]);
  assert.deepEqual([manifest.split.train, manifest.split.held], [120, 40]);
  assert.match(
    `${manifest.data.train} ${manifest.data.test} ${manifest.split.digest}`,
    /^[0-9a-f]{64}( [0-9a-f]{64}){2}$/,
  );
});

test("the run's experiment is one that can be trained again, to the same bytes", async () => {
  const again = await train(join(first.run, "experiment.json"), {
    runsFolder: join(folder, "again"),
    dataFolder: folder,
  });
  assert.deepEqual(weightsOf(again.run), weightsOf(first.run));
  assert.deepEqual(
    readFileSync(join(again.run, "journal.jsonl"), "utf8"),
    readFileSync(join(first.run, "journal.jsonl"), "utf8"),
  );
});

test("the number of workers changes no byte of the weights", async () => {
  assert.deepEqual(weightsOf((await carryOut(changed({ workers: 3 }))).run), weightsOf(first.run));
});

test("another seed gives other weights", async () => {
  assert.notDeepEqual(weightsOf((await carryOut(changed({ seed: 1, epochs: 1 }))).run), weightsOf(first.run));
});

test("the draws of the first pictures are written for each epoch, and no two epochs have the same", async () => {
  const { run } = await carryOut({ ...changed({ epochs: 2 }), original: { augment: ["trivial-augment"] } });
  const lines = readFileSync(join(run, "draws.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map((line) => [line.epoch, line.pictures.length]),
    [
      [1, 16],
      [2, 16],
    ],
  );
  assert.equal(typeof lines[0].pictures[0].draw.augment[0].operation, "string");
  assert.notDeepEqual(lines[0].pictures, lines[1].pictures);
});

test("without held-out pictures nothing is called held-out, and there is no best checkpoint", async () => {
  const { run } = await carryOut(changed({ hold: 0, epochs: 1 }));
  assert.ok(!("cleanAccuracy" in journalOf(run)[0]!));
  assert.ok(!existsSync(join(run, "checkpoints/best.json")));
});

test("averaged weights are the mean over the averaging epochs, with batch norm estimated anew, and are measured", async () => {
  const { run } = await carryOut(changed({ epochs: 4, averaging: { from: 0.5, anneal: 1 }, checkpointEvery: 1 }));
  const line = journalOf(run).find(({ event }) => event === "averaged");
  assert.equal(typeof line?.cleanAccuracy, "number");
  // The last two checkpoints hold epochs 3 and 4, which are the two that were averaged.
  const weight = (name: string, prefix = "network/") =>
    new Float32Array(
      new Uint8Array(
        readSafetensors(readFileSync(join(run, "checkpoints", name)), name).tensors.get(`${prefix}linear.weight`)!
          .bytes,
      ).buffer,
    );
  const [third, fourth] = [weight("000003.safetensors"), weight("000004.safetensors")];
  const { tensors } = readSafetensors(weightsOf(run), "weights");
  const final = new Float32Array(new Uint8Array(tensors.get("linear.weight")!.bytes).buffer);
  for (const [index, value] of final.entries())
    assert.ok(Math.abs(value - (third[index]! + fourth[index]!) / 2) < 1e-6, `${value} at ${index}`);
  const tracked = new BigInt64Array(new Uint8Array(tensors.get("bn1.num_batches_tracked")!.bytes).buffer)[0];
  assert.equal(tracked, 6n); // 120 pictures in batches of 20, counted from zero in the last pass
});

test("a loss that is no number any more is an error, and the checkpoint before it stays whole", async () => {
  const diverging = changed({ epochs: 40, optimizer: { kind: "sgd", learningRate: 1e18 }, clipNorm: "none" });
  let run = "";
  const report = (progress: Progress) => {
    if (progress.kind === "start") run = progress.run;
  };
  await assert.rejects(
    () => carryOut(diverging, { report }),
    isError("not-finite", /Try a lower train\.optimizer\.learningRate/),
  );
  for (const name of readdirSync(join(run, "checkpoints")).filter((file) => file.endsWith(".safetensors")))
    for (const [path, { dtype, bytes }] of readSafetensors(readFileSync(join(run, "checkpoints", name)), name).tensors)
      if (dtype === "float32" && path.startsWith("network/"))
        assert.ok(new Float32Array(new Uint8Array(bytes).buffer).every(Number.isFinite), `${name}: ${path}`);
  assert.ok(!existsSync(join(run, "weights.safetensors")));
});

for (const [hold, what] of [
  [0.25, "the held-out pictures"],
  [0, "the test set"],
] as const)
  test(`a loss on ${what} that is no number is an error too, and no line of the journal`, async () => {
    // One step: its own loss is that of the weights before it.
    const diverging = changed({
      epochs: 1,
      batch: 160,
      hold,
      optimizer: { kind: "sgd", learningRate: 1e9 },
      clipNorm: "none",
    });
    let run = "";
    const report = (progress: Progress) => {
      if (progress.kind === "start") run = progress.run;
    };
    await assert.rejects(
      () => carryOut(diverging, { report }),
      isError("not-finite", new RegExp(`the loss on ${what} is NaN .*Try a lower train\\.optimizer\\.learningRate`)),
    );
    assert.equal(journalOf(run).length, hold === 0 ? 1 : 0);
    assert.ok(!existsSync(join(run, "weights.safetensors")));
  });

test("a network that is no better than chance is told of at the end, a better one is not", async () => {
  const told = async (input: ExperimentInput) => {
    const texts: string[] = [];
    await carryOut(input, { report: (progress) => "text" in progress && texts.push(progress.text) });
    return texts.filter((text) => text.startsWith("No better than chance"));
  };
  const [text = ""] = await told(changed({ epochs: 1, optimizer: { kind: "sgd", learningRate: 1e-9 } }));
  assert.match(text, / of 50 clean pictures are right; guessing among 10 classes gives 10\.0 %\.$/);
  assert.deepEqual(await told(experiment), []);
});

test("a run that came to its end tells its result again, and stays as it is: a kill may have come after its last line", async () => {
  const before = readFileSync(join(first.run, "journal.jsonl"), "utf8");
  const told: Progress[] = [];
  assert.deepEqual(await resume(first.run, { report: (progress) => told.push(progress) }), first);
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ["note", "end"],
  );
  assert.equal(readFileSync(join(first.run, "journal.jsonl"), "utf8"), before);
  await assert.rejects(() => resume(first.run, { from: "000002" }), isError("run", /has come to its end already/));
});

test("a run whose pictures have changed is not resumed", async () => {
  const stopped = await stopEarly();
  const other = join(folder, "other-data");
  writeTinyFashion(other, { train: 150, test: 50 });
  await assert.rejects(() => resume(stopped, { dataFolder: other }), isError("run", /trained on other pictures/));
});

test("a damaged checkpoint is refused, the error names the one before, and the run goes on from there", async () => {
  const stopped = await stopEarly();
  const path = join(stopped, "checkpoints/000002-000001.safetensors");
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
  await assert.rejects(() => resume(stopped), isError("file-damaged", /resume with --from 000002/));
  const { testAccuracy } = await resume(stopped, { from: "000002" });
  assert.equal(testAccuracy, first.testAccuracy);
  assert.deepEqual(weightsOf(stopped), weightsOf(first.run));
});

test("bfloat16 trains to a finite result near that of float32", async () => {
  const { run, testAccuracy } = await carryOut(changed({ precision: "bfloat16" }));
  assert.ok(testAccuracy >= 0.4, `${testAccuracy}`);
  const losses = (of: string) => journalOf(of).flatMap(({ loss }) => loss ?? []);
  const [ours, theirs] = [losses(run), losses(first.run)];
  assert.ok(Math.abs(ours[0]! - theirs[0]!) < 0.1, `${ours} beside ${theirs}`);
});

test("TensorBoard's file lies beside the journal where it was asked for", async () => {
  const { run } = await carryOut(changed({ epochs: 1 }), { tensorboard: true });
  assert.deepEqual(readdirSync(join(run, "tensorboard")), ["events.out.tfevents.patina"]);
});

test("a full disk is an error that says how to go on; every file is whole, and the run ends with the same bytes", (context) => {
  const small = join(folder, "small");
  mkdirSync(small);
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1500k", "none", small]);
  if (mount.status !== 0) return context.skip("a small file system cannot be mounted here");
  try {
    const words = (...more: string[]) => ["src/cli/main.ts", "train", ...more, "--data", folder];
    const path = join(folder, "experiment.json");
    writeFileSync(path, JSON.stringify(experiment));
    const patina = (...more: string[]) =>
      spawnSync(process.execPath, words(...more), { cwd: join(import.meta.dirname, "../.."), encoding: "utf8" });
    const failed = patina(path, "--runs", small);
    assert.equal(failed.status, 1, failed.stderr);
    assert.match(failed.stderr, /the disk is full.*\n.*patina train --resume/);
    const [name] = readdirSync(small);
    const leftOver = readdirSync(join(small, name!), { recursive: true, encoding: "utf8" });
    assert.deepEqual(
      leftOver.filter((file) => file.endsWith(".tmp")),
      [],
    );
    assert.equal(spawnSync("mount", ["-o", "remount,size=20m", small]).status, 0);
    const resumed = patina("--resume", join(small, name!));
    assert.equal(resumed.status, 0, resumed.stderr);
    assert.deepEqual(weightsOf(join(small, name!)), weightsOf(first.run));
  } finally {
    spawnSync("umount", [small]);
  }
});

/** A run that was stopped one step after its second epoch. */
async function stopEarly(): Promise<string> {
  const stop = new AbortController();
  let run = "";
  const report = (progress: Progress) => {
    if (progress.kind === "start") run = progress.run;
    if (progress.kind === "epoch" && progress.line.epoch === 2) stop.abort();
  };
  await assert.rejects(() => carryOut(experiment, { report, signal: stop.signal }), isError("interrupted", /--resume/));
  return run;
}
