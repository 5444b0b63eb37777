/** Taking over the photographs of frost. The files themselves are nobody's to give: what needs them is skipped without. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { importFrost, loadFrostTextures } from "../../src/benchmark/frost-photographs.ts";
import { tarGzOf, temporaryFolder, writeFiles } from "../data/samples.ts";

const names = ["frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg"];
const false5 = Object.fromEntries(names.map((name) => [name, Buffer.from("not it")]));
const archive = join(import.meta.dirname, "../../../shared/data/frost-photographs.tar.gz");
const skip = !existsSync(archive) && `${archive} is not there`;

test("where they were not imported there are no textures", async () => {
  assert.equal(await loadFrostTextures(temporaryFolder()), undefined);
});

test("files of these names that are not the originals are refused, from a folder and from an archive", async () => {
  const files = writeFiles(temporaryFolder(), { "frost.tar.gz": tarGzOf(false5, "frost/"), ...false5 });
  const data = temporaryFolder();
  for (const from of [files, join(files, "frost.tar.gz")])
    await assert.rejects(importFrost(from, data, {}), (error: { code: string; message: string }) => {
      assert.equal(error.code, "file-damaged");
      assert.ok(error.message.startsWith(`${from}: frost1.png is not the original photograph: its sha256 is `));
      return true;
    });
  assert.deepEqual(readdirSync(data), []);
});

test("a folder or an archive without them, and a path that is none, are told of; nothing is left behind", async () => {
  const files = writeFiles(temporaryFolder(), { "a.tar.gz": tarGzOf({ "frost9.png": Buffer.from("x") }) });
  const data = temporaryFolder();
  for (const [from, code] of [
    [files, "file-foreign"],
    [join(files, "a.tar.gz"), "file-foreign"],
    [join(files, "b"), "file-missing"],
  ] as const)
    await assert.rejects(importFrost(from, data, {}), { code });
  assert.deepEqual(readdirSync(data), []);
});

test("an archive in which one is missing is told of", async () => {
  const files = writeFiles(temporaryFolder(), { "a.tar.gz": tarGzOf({ "frost2.png": Buffer.from("x") }) });
  await assert.rejects(importFrost(join(files, "a.tar.gz"), temporaryFolder(), {}), {
    code: "file-missing",
    message: /a\.tar\.gz: frost1\.png is not there/,
  });
});

test("what is there is not replaced", async () => {
  const data = writeFiles(temporaryFolder(), { "frost/frost1.png": "mine" });
  await assert.rejects(importFrost(temporaryFolder(), data, {}), { code: "file-exists", message: /is there already/ });
});

test("photographs that were altered after the import are an error, not a substitute", async () => {
  const data = writeFiles(temporaryFolder(), { "frost/frost1.png": "altered" });
  await assert.rejects(loadFrostTextures(data), { code: "file-damaged", message: /frost1\.png is not the original/ });
});

test("the originals come from their archive, its folder, and the folder that holds it, in their sizes", {
  skip,
}, async () => {
  const data = temporaryFolder();
  assert.equal(await importFrost(archive, data, {}), join(data, "frost"));
  const { name, pictures } = (await loadFrostTextures(data))!;
  assert.equal(name, "photographs");
  // corruptions-c.md 4
  assert.deepEqual(
    pictures.map(({ height, width, channels }) => `${height}x${width}x${channels}`),
    ["600x900x3", "315x560x3", "315x560x3", "350x527x3", "495x660x3"],
  );
  for (const from of [join(data, "frost"), data, join(archive, "..")]) {
    const other = temporaryFolder();
    assert.equal(await importFrost(from, other, {}), join(other, "frost"));
  }
});
