/** Training a stylizer on a few pictures: what it leaves, that it learns, and that stopping changes nothing. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, mock, test } from "node:test";
import { loadDataSet } from "../../../src/data/data-set.ts";
import type { DataProgress } from "../../../src/data/progress.ts";
import { setThreadCount } from "../../../src/engine/device.ts";
import { PatinaError } from "../../../src/errors.ts";
import { encodePng } from "../../../src/pictures/codec.ts";
import { createPicture } from "../../../src/pictures/picture.ts";
import { loadStyleBank, saveStyleBank } from "../../../src/stylize/bank.ts";
import { loadStylizer } from "../../../src/stylize/stylizer-file.ts";
import { StylizerTrainingOptions } from "../../../src/stylize/training/options.ts";
import { ContentPictures } from "../../../src/stylize/training/pictures.ts";
import { trainStylizer } from "../../../src/stylize/training/train.ts";
import { writeTinyFashion } from "../../tiny-data.ts";
import { madeUpPictures } from "../stylizers.ts";

setThreadCount(1);
const folder = mkdtempSync(join(tmpdir(), "patina-stylizer-"));
after(() => rmSync(folder, { recursive: true, force: true }));
writeTinyFashion(folder, { train: 60, test: 12 });
const dataSets = [await loadDataSet("fashion-mnist", folder)];
const style = join(folder, "paintings");
mkdirSync(style);
for (let one = 0; one < 4; one++) {
  const picture = createPicture({ height: 40, width: 40, channels: 3 }, madeUpPictures(1, 3, 40, 30 + one));
  writeFileSync(join(style, `${one}.png`), await encodePng(picture));
}

const optionsOf = (changes: { encoder?: object; decoder?: object } = {}) =>
  StylizerTrainingOptions.parse({
    content: ["fashion-mnist"],
    style,
    size: 32,
    stylizer: { kind: "compact", channels: [8, 8], convolutions: [1] },
    encoder: { steps: 6, batch: 8, ...changes.encoder },
    decoder: { steps: 8, batch: 4, ...changes.decoder },
  });
const bytesOf = (path: string) => readFileSync(path).toString("base64");

const whole = join(folder, "whole");
const trained = await trainStylizer(whole, optionsOf(), dataSets);

test("it leaves stylizer and styles that go together, a journal, checkpoints and sheets of pictures", () => {
  const { stylizer, origin } = loadStylizer(trained.stylizer);
  const bank = loadStyleBank(trained.bank);
  assert.equal(bank.encoder, stylizer.encoderDigest());
  assert.deepEqual(
    bank.pictures.map(({ name }) => name),
    ["0.png", "1.png", "2.png", "3.png"],
  );
  assert.match(origin, /trained by patina stylizer train on fashion-mnist/);
  stylizer.dispose();
  const lines = readFileSync(join(whole, "journal.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ part, step, rebuild }) => [part, step, rebuild > 0]),
    [
      ["encoder", 6, true],
      ["encoder", 6, false],
      ["decoder", 8, true],
      ["decoder", 8, false],
    ],
  );
  for (const name of ["grid.png", "pictures-000008.png", "options.json"])
    assert.ok(existsSync(join(whole, name)), name);
});

test("stopped in each part and called again, it ends with the same bytes", async () => {
  const out = join(folder, "stopped");
  for (const part of ["encoder", "decoder"]) {
    const stop = new AbortController();
    const report = (progress: DataProgress) => {
      if (progress.kind === "wait" && progress.what === `training the ${part}`) stop.abort();
    };
    await assert.rejects(
      trainStylizer(out, optionsOf(), dataSets, { report, signal: stop.signal }),
      (error: unknown) => error instanceof PatinaError && error.code === "interrupted",
    );
  }
  const again = await trainStylizer(out, optionsOf(), dataSets);
  assert.equal(bytesOf(again.stylizer), bytesOf(trained.stylizer));
  assert.equal(bytesOf(join(out, "journal.jsonl")), bytesOf(join(whole, "journal.jsonl")));
});

test("every other step has pictures of half the size, in both parts", async () => {
  const draw = mock.method(ContentPictures.prototype, "draw");
  await trainStylizer(join(folder, "sizes"), optionsOf({ encoder: { steps: 2 }, decoder: { steps: 2 } }), dataSets);
  const calls = draw.mock.calls.map(({ arguments: [, count, size] }) => `${count} of ${size}`);
  draw.mock.restore();
  assert.deepEqual(
    calls.filter((call) => /^[813] of/.test(call)),
    // 8 in a step of the encoder; in one of the decoder 3 restyled, 1 rebuilt.
    ["8 of 32", "8 of 16", "3 of 32", "1 of 32", "3 of 16", "1 of 16"],
  );
});

test("stopped while it reads the style pictures, it makes no folder", async () => {
  const out = join(folder, "never");
  const settings = { signal: AbortSignal.abort() };
  await assert.rejects(trainStylizer(out, optionsOf(), dataSets, settings), {
    code: "interrupted",
    message: /reading .*paintings/,
  });
  assert.equal(existsSync(out), false);
});

test("gone on with from an earlier checkpoint it ends with the same bytes, whatever lies there of later", async () => {
  const out = join(folder, "copied");
  cpSync(whole, out, { recursive: true });
  const styles = join(out, "styles.safetensors");
  saveStyleBank(styles, { ...loadStyleBank(styles), encoder: "0".repeat(64) }); // of an encoder that was trained on
  for (const name of readdirSync(join(out, "checkpoints")))
    if (name.startsWith("000001")) rmSync(join(out, "checkpoints", name));
  const again = await trainStylizer(out, optionsOf(), dataSets);
  assert.equal(bytesOf(again.stylizer), bytesOf(trained.stylizer));
  for (const name of ["journal.jsonl", "styles.safetensors"])
    assert.equal(bytesOf(join(out, name)), bytesOf(join(whole, name)), name);
});

test("it learns to rebuild pictures", async () => {
  const options = optionsOf({
    encoder: { steps: 150, learningRate: 0.01 },
    decoder: { steps: 60, learningRate: 0.01 },
  });
  const longer = await trainStylizer(join(folder, "longer"), options, dataSets);
  const [before, now] = [trained, longer].map(({ quality }) => quality.rebuilt["fashion-mnist"]!.native);
  assert.ok(now! > before! + 1, `${before} dB after a few steps, ${now} after 210`);
});

test("other options are refused in a folder that was begun, each with both values", async () => {
  const { decoder } = optionsOf();
  await assert.rejects(trainStylizer(whole, optionsOf({ decoder: { steps: 9 } }), dataSets), {
    code: "file-exists",
    message: new RegExp(`was begun with other options: decoder\\.steps was ${decoder.steps}, is 9\\.`),
  });
});

test("a folder that holds something else is not trained in", async () => {
  await assert.rejects(trainStylizer(style, optionsOf(), dataSets), {
    code: "file-exists",
    message: /holds other files/,
  });
});

test("a folder without style pictures is refused", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  await assert.rejects(trainStylizer(join(folder, "none"), { ...optionsOf(), style: empty }, dataSets), {
    code: "data",
    message: /no style pictures/,
  });
});

test("pictures that would be too small once halved and cut are refused with the size they need", () => {
  const parse = (size: number, channels: number[]) =>
    StylizerTrainingOptions.safeParse({
      content: ["cifar10"],
      style,
      size,
      stylizer: { kind: "compact", channels, convolutions: channels.slice(1).map(() => 1) },
    });
  assert.match(parse(32, [8, 8, 8]).error!.message, /must be at least 48 for 3 stages/);
  assert.equal(parse(48, [8, 8, 8]).success, true);
  assert.equal(parse(32, [8, 8]).success, true);
});
