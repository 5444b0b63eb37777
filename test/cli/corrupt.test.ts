/** `patina corrupt`, as a user types it. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { suiteVersion } from "../../src/corrupt/suites.ts";
import { loadDataSet } from "../../src/data/data-set.ts";
import { DataOptions } from "../../src/data/options.ts";
import { splitOfRun } from "../../src/data/split.ts";
import { ModelOptions } from "../../src/models/registry.ts";
import { decodePicture } from "../../src/pictures/codec.ts";
import { makeManifest } from "../../src/run/manifest.ts";
import { createRun } from "../../src/run/run.ts";
import { noise, png, temporaryFolder, writeFiles } from "../data/samples.ts";
import { writeTinyFashion } from "../tiny-data.ts";
import { runCommand } from "./run-command.ts";

const data = temporaryFolder();
writeTinyFashion(data, { train: 30, test: 20 });
const corrupt = (...words: string[]) => runCommand(["corrupt", ...words, "--data", data]);
const two = ["--only", "contrast", "--only", "gaussian_noise"];

test("a data set becomes arrays; the end says what was made, of which version, and what a reader must know", async () => {
  const out = join(temporaryFolder(), "out");
  const { status, out: text, err } = await corrupt("fashion-mnist", out, ...two);
  assert.equal(status, 0, err);
  assert.deepEqual(readdirSync(out).sort(), ["contrast.npy", "gaussian_noise.npy", "labels.npy", "manifest.json"]);
  assert.match(text, /200 pictures made in .* 2 corruptions of fashion-mnist \(generated@/);
  assert.match(text, /28x28x1 has no published constants/);
});

test("a second time it says that all was there", async () => {
  const out = join(temporaryFolder(), "out");
  const words = ["fashion-mnist", out, ...two];
  await corrupt(...words);
  assert.match((await corrupt(...words)).out, /0 pictures made in .*, 200 more were there/);
});

test("--json gives the result as data, --severity and --part choose", async () => {
  const out = join(temporaryFolder(), "out");
  const chosen = ["--severity", "4", "--severity", "2", "--part", "train", "--json"];
  const { out: text } = await corrupt("fashion-mnist", out, "--only", "contrast", ...chosen);
  const { made, kept, manifest } = JSON.parse(text);
  assert.deepEqual([made, kept], [60, 0]);
  assert.deepEqual(
    [manifest.severities, manifest.data.part, manifest.data.count, manifest.suite],
    [[2, 4], "train", 30, suiteVersion],
  );
});

test("a folder of pictures becomes folders of the same classes, named by its last part", async () => {
  const square = { height: 8, width: 8, channels: 3 } as const;
  const folder = writeFiles(join(temporaryFolder(), "leaves"), {
    "ash/1.png": await png(noise(square, 1)),
    "oak/1.png": await png(noise(square, 2)),
    "oak/2.png": await png(noise(square, 3)),
  });
  const out = join(temporaryFolder(), "out");
  const { status, err } = await corrupt(folder, out, "--only", "contrast", "--format", "png");
  assert.equal(status, 0, err);
  assert.deepEqual(readdirSync(join(out, "contrast/5"), { recursive: true }).sort(), [
    "ash",
    "ash/0.png",
    "oak",
    "oak/1.png",
    "oak/2.png",
  ]);
  assert.equal(JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")).data.name, "leaves");
});

test("--sheet draws a corruption a row and a severity a column, and needs no folder", async () => {
  const sheet = join(temporaryFolder(), "sheet.png");
  const { status, out } = await corrupt("fashion-mnist", ...two, "--sheet", sheet, "--picture", "3");
  assert.equal(status, 0);
  assert.match(out, /from above: contrast, gaussian_noise/);
  const { height, width } = await decodePicture(readFileSync(sheet), sheet);
  // 28 pixels three times as large, with gaps of 2.
  assert.deepEqual([height, width], [2 + 2 * 86, 2 + 5 * 86]);
});

test("a sheet that is there is not overwritten, unless it is the same", async () => {
  const sheet = join(temporaryFolder(), "sheet.png");
  const words = ["fashion-mnist", ...two, "--sheet", sheet];
  await corrupt(...words);
  assert.equal((await corrupt(...words)).status, 0);
  const before = readFileSync(sheet);
  const { status, err } = await corrupt(...words, "--picture", "3");
  assert.equal(status, 1);
  assert.match(err, /sheet\.png: is there already/);
  assert.deepEqual(readFileSync(sheet), before);
});

/** A folder of eight pictures in two classes. */
async function writePictures(): Promise<string> {
  const folder = join(temporaryFolder(), "leaves");
  const square = { height: 8, width: 8, channels: 3 } as const;
  for (let i = 0; i < 8; i++)
    writeFiles(folder, { [`${i % 2 === 0 ? "ash" : "oak"}/${i}.png`]: await png(noise(square, i)) });
  return folder;
}

test("nothing is written among the pictures that are corrupted, whatever leads there", async () => {
  const folder = await writePictures();
  const link = join(temporaryFolder(), "link");
  symlinkSync(folder, link);
  const before = readdirSync(folder, { recursive: true });
  for (const words of [
    [folder, join(folder, "out")],
    [folder, join(link, "ash/new/out")],
    [link, folder],
    [folder, "--sheet", join(folder, "ash/sheet.png")],
  ]) {
    const { status, err } = await corrupt(...words);
    assert.equal(status, 2, err);
    assert.match(err, /would become a part of them/);
  }
  assert.deepEqual(readdirSync(folder, { recursive: true }), before);
});

test("a folder without parts is taken whole, and a note says what that is not good for", async () => {
  const folder = await writePictures();
  const { status, err } = await corrupt(folder, `${folder}-C`, "--only", "fog", "--severity", "1");
  assert.equal(status, 0, err);
  assert.match(err, /leaves: all of its pictures are taken/);
});

test("of a run the pictures are taken that it kept for the test; nothing is written among its pictures", async () => {
  const folder = await writePictures();
  const options = DataOptions.parse({ kind: "folder", folder, test: { share: 0.5 } });
  const leaves = await loadDataSet(options, data);
  const train = { hold: 0, seed: 0 };
  const model = ModelOptions.parse({ kind: "wide-resnet" });
  const { digest } = splitOfRun(leaves.train.labels, train);
  const own = makeManifest({
    device: "cpu",
    threads: 1,
    seed: 0,
    dataFolder: data,
    data: { name: leaves.name, train: leaves.train.digest, test: leaves.test.digest },
    split: { train: 4, held: 0, digest },
  });
  const run = createRun(temporaryFolder(), "leaves", { data: options, model, train }, own);
  run.close();
  const out = join(temporaryFolder(), "out");
  const one = ["--only", "fog", "--severity", "1"];
  const { status, err } = await runCommand(["corrupt", run.path, out, ...one]);
  assert.equal(status, 0, err);
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  assert.deepEqual([manifest.data.count, manifest.data.digest], [4, leaves.test.digest]);
  for (const [words, pattern] of [
    [[run.path, join(folder, "out")], /would become a part of them/],
    [[run.path, out, "--size", "16"], /Leave out --size/],
  ] as const)
    assert.match((await runCommand(["corrupt", ...words, ...one])).err, pattern);
});

test("what is mistyped is misuse, and nothing is made", async () => {
  const out = join(temporaryFolder(), "out");
  for (const [words, pattern] of [
    [["fashion-mnist"], /Name the folder/],
    [["fashion-mnits", out], /Did you mean "fashion-mnist"/],
    [["fashion-mnist", out, "--only", "contrst"], /Did you mean "contrast"/],
    [["fashion-mnist", out, "--suite", "d"], /--suite/],
    [["fashion-mnist", out, "--severity", "9"], /--severity must be .*, but is "9"\.\n$/],
    [["fashion-mnist", out, "--only", "fog,snow"], /one name at a time/],
    [["fashion-mnist", out, "--only", "fog", "--suite", "c"], /Leave out --suite/],
    [["fashion-mnist", out, "--picture", "3"], /Add --sheet/],
    [["fashion-mnist", out, "--sheet", `${out}.jpg`], /written as PNG/],
  ] as const) {
    const { status, err } = await corrupt(...words);
    assert.equal(status, 2, err);
    assert.match(err, pattern);
  }
  assert.equal(existsSync(out), false);
});

test("a picture that is not there is refused, with how many there are", async () => {
  const { status, err } = await corrupt("fashion-mnist", ...two, "--sheet", join(data, "s.png"), "--picture", "20");
  assert.equal(status, 1);
  assert.match(err, /no picture 20: fashion-mnist has 20, counted from 0\. Choose one from 0 to 19/);
});

test("a folder without classes is refused", async () => {
  const folder = writeFiles(temporaryFolder(), { "1.png": await png(noise({ height: 8, width: 8, channels: 3 }, 1)) });
  const { status, err } = await corrupt(folder, join(data, "out"));
  assert.equal(status, 1);
  assert.match(err, /has no sub-folders/);
});
