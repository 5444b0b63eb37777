/** `patina synth`, as a user types it, on a small Fashion-MNIST and a run of it that nobody trained. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadDataSet } from "../../src/data/data-set.ts";
import { readPool } from "../../src/data/pool.ts";
import { openRunModel } from "../../src/evaluate/run-model.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import type { Audit } from "../../src/pool/audit.ts";
import { noise, plain, png, temporaryFolder, writeFiles } from "../data/samples.ts";
import { writeTinyRun } from "../evaluate/tiny-run.ts";
import { zipOf } from "../formats/archives.ts";
import { cannotCount, countOpenFiles } from "../open-files.ts";
import { runCommand } from "./run-command.ts";

const here = temporaryFolder();
const run = await writeTinyRun(here);
const data = join(here, "data");
const { train, test: held, classes } = await loadDataSet("fashion-mnist", data);

const uint8 = (shape: number[], bytes: Uint8Array) => writeNpy({ dtype: "uint8", shape, bytes });
function pictureOf(set: typeof train, index: number): Uint8Array {
  const bytes = new Uint8Array(784);
  set.store.readInto(index, bytes, 0);
  return bytes;
}
const grey = { height: 28, width: 28, channels: 1 } as const;

/** 60 of noise, class by class; then a training picture, one of the test, the first again, and a blank one. */
const pictures = [
  ...Array.from({ length: 60 }, (_, index) => noise(grey, index).bytes),
  pictureOf(train, 7),
  pictureOf(held, 3),
  noise(grey, 0).bytes,
  plain(28, 28, 50).bytes,
];
const labels = Uint8Array.from(pictures.keys(), (index) => Math.floor(index / 6) % 10);
const arrays = { "image.npy": uint8([64, 28, 28], Buffer.concat(pictures)), "label.npy": uint8([64], labels) };
writeFiles(here, {
  "pool.npz": zipOf(Object.entries(arrays).map(([name, bytes]) => ({ name, data: bytes }))),
  "x.npy": arrays["image.npy"],
  "y.npy": arrays["label.npy"],
});
const pool = join(here, "pool.npz");

const synth = (...words: string[]) => runCommand(["synth", ...words]);
const read = (path: string) => readPool(path, 1, data);

test("audit tells classes, copies, blank pictures and agreement, as data and as a page", async () => {
  const page = join(here, "audit.html");
  const words = ["audit", pool, "--data-set", "fashion-mnist", "--data", data, "--model", run, "-o", page, "--json"];
  const { status, out, err } = await synth(...words);
  assert.equal(status, 0, err);
  const audit: Audit = JSON.parse(out);
  assert.deepEqual(audit.problems, []);
  assert.deepEqual([audit.pool.count, audit.pool.height, audit.pool.channels, audit.pool.dtype], [64, 28, 1, "uint8"]);
  assert.deepEqual(
    audit.classes.map(({ count }) => count),
    [10, 6, 6, 6, 6, 6, 6, 6, 6, 6],
  );
  const exact = (place: "pool" | "train" | "test") => audit.copies[place].exact.map(({ picture, of }) => [picture, of]);
  assert.deepEqual([exact("pool"), exact("train"), exact("test")], [[[62, 0]], [[60, 7]], [[61, 3]]]);
  assert.deepEqual(audit.blank, [63]);
  const agreed = audit.classes.reduce((sum, { count, agreement }) => sum + count * agreement!, 0);
  assert.ok(Math.abs(audit.classifier!.agreement - agreed / 64) < 1e-9);
  assert.match(err, /audit\.html: its pictures/);
  const text = readFileSync(page, "utf8");
  assert.match(text, /^<!doctype html>/);
  for (const id of ["content", "classes", "copies", "blank", "labels"]) assert.ok(text.includes(`id="${id}"`), id);
  assert.doesNotMatch(text, /<script|https?:/);
});

test("audit in words ends with 0 where the pool fits, and with 1 where it does not", async () => {
  const words = ["--data-set", "fashion-mnist", "--data", data];
  const fitting = await synth("audit", pool, ...words);
  assert.equal(fitting.status, 0, fitting.err);
  assert.match(fitting.out, /pool\.npz: fits fashion-mnist\n/);
  assert.match(fitting.out, /copies in the pool itself: 1 exact, 0 near\ncopies of training pictures: 1 exact/);
  const small = join(here, "small.npz");
  await synth("import", pool, small, "--size", "16", "--channels", "1");
  const other = await synth("audit", small, ...words);
  assert.equal(other.status, 1);
  assert.match(other.out, /small\.npz: does not fit fashion-mnist\n/);
  assert.match(other.out, /Problem: .*16x16x1, those of fashion-mnist 28x28x1/);
});

test("audit judges the labels of a pool that lacks a class, which has no agreement then", async () => {
  const kept = [...labels.keys()].filter((index) => labels[index] !== 9);
  const image = uint8([kept.length, 28, 28], Buffer.concat(kept.map((index) => pictures[index]!)));
  const label = uint8(
    [kept.length],
    Uint8Array.from(kept, (index) => labels[index]!),
  );
  const path = join(here, "without.npz");
  writeFiles(here, {
    "without.npz": zipOf([
      { name: "image.npy", data: image },
      { name: "label.npy", data: label },
    ]),
  });
  const words = ["audit", path, "--data-set", "fashion-mnist", "--data", data, "--model", run];
  const { status, out, err } = await synth(...words, "--json");
  assert.equal(status, 1, err);
  const audit: Audit = JSON.parse(out);
  assert.match(audit.problems.join(), /has no pictures of 1 of the 10 classes of fashion-mnist/);
  assert.deepEqual(audit.classes[9], { name: classes[9], count: 0 });
  for (const { agreement } of audit.classes.slice(0, 9)) assert.ok(agreement! >= 0 && agreement! <= 1);
  const agreed = audit.classes.slice(0, 9).reduce((sum, { count, agreement }) => sum + count * agreement!, 0);
  assert.ok(Math.abs(audit.classifier!.agreement - agreed / 58) < 1e-9);
  assert.equal(audit.unjudged, undefined);
  const told = await synth(...words);
  assert.match(told.out, /agrees with \d+\.\d % of the labels/);
  assert.match(told.out, new RegExp(`${classes[9]} *│ *0 │ *│`));
});

test("audit says why labels are not judged where the classifier takes pictures of another size", async () => {
  const path = join(here, "sixteen.npz");
  await synth("import", pool, path, "--size", "16", "--channels", "1");
  const words = ["audit", path, "--data-set", "fashion-mnist", "--data", data, "--model", run];
  const { status, out, err } = await synth(...words, "--json");
  assert.equal(status, 1, err);
  const audit: Audit = JSON.parse(out);
  assert.match(audit.unjudged!, /tiny.* takes pictures of 28x28x1, those of the pool are 16x16x1/);
  assert.deepEqual([audit.classifier, audit.classes[0]], [undefined, { name: classes[0], count: 10 }]);
  assert.match(
    (await synth(...words)).out,
    /labels not judged: .* takes pictures of 28x28x1, those of the pool are 16x16/,
  );
});

test("audit overwrites a page of its own, and nothing else", async () => {
  const words = ["audit", pool, "--data-set", "fashion-mnist", "--data", data, "-o"];
  const { status, err } = await synth(...words, join(here, "y.npy"));
  assert.equal(status, 1);
  assert.match(err, /y\.npy: is there already/);
});

test("select keeps the share that the classifier is surest of, class by class, the surest first", async () => {
  const out = join(here, "best.npz");
  const { status, err, out: told } = await synth("select", pool, out, "--model", run, "--share", "0.5", "--data", data);
  assert.equal(status, 0, err);
  assert.match(told, /best\.npz: .*the surest 32 of 64, digest [0-9a-f]{64}\n/);
  const { store, labels: kept, note, classes: names } = await read(out);
  const count = (label: number) => kept.filter((own) => own === label).length;
  assert.deepEqual(
    classes.map((_, label) => count(label)),
    [5, 3, 3, 3, 3, 3, 3, 3, 3, 3],
  );
  assert.deepEqual(
    [...kept],
    [...kept].sort((a, b) => a - b),
  );
  assert.deepEqual(names, classes);
  assert.deepEqual(note!.selection!.from, [10, 6, 6, 6, 6, 6, 6, 6, 6, 6]);
  const model = await openRunModel(run, "cpu");
  const confidenceOf = async (bytes: Uint8Array, label: number) => {
    const scores = await model.scores(bytes, 1);
    const powers = Array.from(scores, (score) => Math.exp(score - Math.max(...scores)));
    return powers[label]! / powers.reduce((sum, power) => sum + power, 0);
  };
  for (const [label, least] of note!.selection!.least.entries()) {
    const inPool = await Promise.all(
      pictures.filter((_, index) => labels[index] === label).map((bytes) => confidenceOf(bytes, label)),
    );
    const inOut: number[] = [];
    for (const [index, own] of kept.entries()) {
      if (own !== label) continue;
      const bytes = new Uint8Array(784);
      store.readInto(index, bytes, 0);
      inOut.push(await confidenceOf(bytes, label));
    }
    const expected = inPool.sort((a, b) => b - a).slice(0, inOut.length);
    for (const [place, value] of inOut.entries()) assert.ok(Math.abs(value - expected[place]!) < 1e-5);
    assert.ok(Math.abs(least - expected.at(-1)!) < 1e-5);
  }
  await model.close();
});

test("select --per-class keeps that many, and refuses more than there are", async () => {
  const words = ["--model", run, "--data", data, "--per-class"];
  await synth("select", pool, join(here, "two.npz"), ...words, "2");
  assert.equal((await read(join(here, "two.npz"))).labels.length, 20);
  const { status, err } = await synth("select", pool, join(here, "seven.npz"), ...words, "7");
  assert.equal(status, 1);
  assert.match(err, /has 6 pictures, 7 are to be kept/);
  assert.ok(!existsSync(join(here, "seven.npz")));
});

for (const amounts of [[], ["--share", "0.5", "--per-class", "2"]])
  test(`select with ${amounts.length === 0 ? "neither" : "both"} of share and number is misuse`, async () => {
    const { status, err } = await synth("select", pool, join(here, "no.npz"), "--model", run, ...amounts);
    assert.equal(status, 2);
    assert.match(err, /Give --share or --per-class, one of the two/);
  });

test("select takes no classifier of other classes", async () => {
  const [one, two] = [await png(noise(grey, 1)), await png(noise(grey, 2))];
  const folder = writeFiles(temporaryFolder(), { "cat/1.png": one, "dog/1.png": two });
  const out = join(here, "no.npz");
  const { status, err } = await synth("select", folder, out, "--model", run, "--share", "1", "--data", data);
  assert.equal(status, 1);
  assert.match(err, /2 of its classes \(cat, dog\) are not among those of .*tiny/);
});

test("options of import that would do nothing are refused", async () => {
  for (const [words, message] of [
    [["--crop", "squeeze"], /--crop squeeze: .* Give it too: --size 32/],
    [["--labels", join(here, "y.npy")], /--labels .*y\.npy: goes with an \.npy of pictures; .* Leave --labels out/],
  ] as const) {
    const { status, err } = await synth("import", pool, join(here, "never.npz"), ...words);
    assert.equal(status, 2);
    assert.match(err, message);
    assert.equal(existsSync(join(here, "never.npz")), false);
  }
});

test("import gives the same pool from arrays, from a pair, and from files of the same pictures", async () => {
  const folder = temporaryFolder();
  const files: Record<string, Uint8Array> = {};
  const order = [...labels.keys()].sort((a, b) => labels[a]! - labels[b]! || a - b);
  for (const index of order)
    files[`${labels[index]}/${String(index).padStart(2, "0")}.png`] = await png({ ...grey, bytes: pictures[index]! });
  writeFiles(join(folder, "files"), files);
  const words = ["--channels", "1"];
  for (const [source, out, ...more] of [
    [pool, "a.npz"],
    [join(here, "x.npy"), "b.npz", "--labels", join(here, "y.npy")],
    [join(folder, "files"), "c.npz"],
  ] as const) {
    const { status, err, out: told } = await synth("import", source, join(folder, out), ...words, ...more);
    assert.equal(status, 0, err);
    assert.match(told, /\.npz: \d+ KB, digest [0-9a-f]{64}\n/);
  }
  const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => read(join(folder, `${name}.npz`))));
  assert.equal(b!.note!.digest, a!.note!.digest);
  assert.deepEqual(
    [...c!.labels],
    order.map((index) => labels[index]),
  );
  assert.deepEqual(
    c!.classes,
    classes.map((_, label) => String(label)),
  );
  assert.deepEqual(readdirSync(folder).sort(), ["a.npz", "b.npz", "c.npz", "files"]);
});

test("import keeps pictures as they are, and makes them of another size or in colour where asked", async () => {
  const out = join(here, "coloured.npz");
  await synth("import", pool, out, "--size", "32", "--channels", "3");
  const { shape, store, note } = await readPool(out, 3, data);
  assert.deepEqual(shape, { height: 32, width: 32, channels: 3 });
  const bytes = new Uint8Array(3072);
  store.readInto(63, bytes, 0); // the blank one stays blank, in three channels
  assert.deepEqual(new Set(bytes), new Set([50]));
  assert.deepEqual(note!.source!.path, pool);
});

test("import refuses a pool whose labels go beyond the classes of its note", async () => {
  const folder = temporaryFolder();
  const note = { format: 1, what: "pool of synthetic pictures", patina: "0.1.0", classes: ["boot"], digest: "d" };
  const members = { ...arrays, "patina.json": Buffer.from(JSON.stringify(note)) };
  writeFiles(folder, { "p.npz": zipOf(Object.entries(members).map(([name, bytes]) => ({ name, data: bytes }))) });
  const { status, err } = await synth("import", join(folder, "p.npz"), join(folder, "q.npz"), "--channels", "1");
  assert.equal(status, 1);
  assert.match(err, /p\.npz: its labels go beyond the 1 classes of its note/);
  assert.deepEqual(readdirSync(folder), ["p.npz"]);
});

test("import refuses an .npz that was altered, though it reads it where it lies", async () => {
  const folder = temporaryFolder();
  const image = { name: "image.npy", data: uint8([100, 28, 28], new Uint8Array(78_400)), claims: { crc: 1 } };
  const label = { name: "label.npy", data: uint8([100], new Uint8Array(100)) };
  writeFiles(folder, { "p.npz": zipOf([image, label]) });
  const { status, err } = await synth("import", join(folder, "p.npz"), join(folder, "q.npz"), "--channels", "1");
  assert.equal(status, 1);
  assert.match(err, /its member "image\.npy" is altered: its checksum differs/);
  assert.deepEqual(readdirSync(folder), ["p.npz"]);
});

test("a pool is closed again, after work that was done and after refusals", {
  skip: cannotCount,
}, async () => {
  const folder = temporaryFolder();
  const image = { name: "image.npy", data: arrays["image.npy"] };
  writeFiles(folder, {
    "wide.npz": zipOf([
      { name: "image.npy", data: uint8([32, 28, 56], Buffer.concat(pictures)) },
      { name: "label.npy", data: uint8([32], labels.subarray(0, 32)) },
    ]),
    "labels.npz": zipOf([image, { name: "label.npy", data: uint8([64], new Uint8Array(64).fill(12)) }]),
  });
  const select = ["--model", run, "--data", data, "--per-class"];
  const audit = ["--data-set", "fashion-mnist", "--data", data];
  const commands: [status: number, words: string[]][] = [
    [0, ["import", pool, join(folder, "a.npz"), "--channels", "1"]],
    [1, ["import", join(folder, "wide.npz"), join(folder, "b.npz"), "--channels", "1"]],
    [0, ["select", pool, join(folder, "c.npz"), ...select, "2"]],
    [1, ["select", pool, join(folder, "d.npz"), ...select, "7"]],
    [0, ["audit", pool, ...audit]],
    [1, ["audit", join(folder, "labels.npz"), ...audit]],
  ];
  for (const [expected, words] of commands) {
    const before = countOpenFiles();
    const { status, err } = await synth(...words);
    assert.equal(status, expected, err);
    assert.equal(countOpenFiles(), before, words.join(" "));
  }
});

test("import writes an .npz only, and nothing over another", async () => {
  for (const [out, status, message] of [
    [join(here, "out"), 2, /a pool is written as an \.npz\. Name it so: .*out\.npz/],
    [pool, 1, /pool\.npz: is there already/],
  ] as const) {
    const ran = await synth("import", pool, out);
    assert.equal(ran.status, status);
    assert.match(ran.err, message);
  }
});
