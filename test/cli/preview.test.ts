import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeTinyFashion } from "../tiny-data.ts";
import { runCommand } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-cli-preview-"));
after(() => rmSync(folder, { recursive: true, force: true }));
writeTinyFashion(folder, { train: 40, test: 40 });
const experiment = join(folder, "tiny.json");
const model = { kind: "wide-resnet", depth: 10, width: 1 };
writeFileSync(experiment, JSON.stringify({ data: "fashion-mnist", model, train: { epochs: 2, batch: 16 } }));
const file = join(folder, "preview.html");

test("patina preview says where the page is, and how large", async () => {
  const { status, out } = await runCommand(["preview", experiment, "--data", folder, "-o", file]);
  assert.equal(status, 0);
  assert.match(out, new RegExp(`^${file}: \\d+ KB\\n$`));
  assert.match(readFileSync(file, "utf8"), /^<!doctype html>/);
});

test("patina preview takes an epoch, fewer pictures, and one-off changes", async () => {
  const words = ["--epoch", "2", "--pictures", "3", "--set", "train.batch=20"];
  const { status } = await runCommand(["preview", experiment, "--data", folder, "-o", file, ...words]);
  assert.equal(status, 0);
  const page = readFileSync(file, "utf8");
  assert.match(page, /The first of 2 batches of epoch 2 of 2, .*<strong>20 pictures<\/strong>/);
  assert.equal(page.match(/<li><span class="pair">/g)!.length, 3);
});

test("patina preview refuses what it cannot show, and writes nothing", async () => {
  const other = join(folder, "none.html");
  for (const [words, status, says] of [
    [[experiment, "--epoch", "0"], 2, /--epoch/],
    [[experiment, "--pictures", "many"], 2, /--pictures/],
    [[join(folder, "none.json")], 1, /none\.json: does not exist/],
    [[experiment, "--data", join(folder, "nodir")], 1, /nodir: the folder of data sets is not there/],
    [[experiment, "-o", join(folder, "nodir", "page.html")], 1, /its folder does not exist/],
    [[], 2, /experiment/],
  ] as const) {
    const ran = await runCommand(["preview", "-o", other, "--data", folder, ...words]);
    assert.deepEqual([ran.status, ran.out], [status, ""], words.join(" "));
    assert.match(ran.err, says);
  }
  assert.ok(!existsSync(other));
});
