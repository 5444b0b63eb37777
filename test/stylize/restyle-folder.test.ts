/** Restyling a folder: names, draws, grids, refusals. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { decodePicture, encodePng } from "../../src/pictures/codec.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { makeStyleBank } from "../../src/stylize/make-bank.ts";
import { RestyleOptions } from "../../src/stylize/options.ts";
import { Restyler } from "../../src/stylize/restyle.ts";
import { type RestyleFolderOptions, restyleFolder } from "../../src/stylize/restyle-folder.ts";
import { filledStylizer, madeUpPictures } from "./stylizers.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-restyle-"));
const pictures = join(folder, "pictures");
mkdirSync(join(pictures, "inner"), { recursive: true });
const sizes = { "a.png": [24, 16], "b.PNG": [16, 16], "inner/c.png": [17, 30] } as const;
for (const [index, [name, [height, width]]] of Object.entries(sizes).entries()) {
  const bytes = madeUpPictures(1, 3, 32, index).subarray(0, height * width * 3);
  writeFileSync(join(pictures, name), await encodePng(createPicture({ height, width, channels: 3 }, bytes)));
}

const stylizer = filledStylizer();
const styles = ["monet_lilies", "monet_bridge", "gogh_stars"].map((name, index) => ({
  name,
  digest: "0".repeat(64),
  picture: createPicture({ height: 32, width: 32, channels: 3 }, madeUpPictures(1, 3, 32, 50 + index)),
}));
const bank = await makeStyleBank(stylizer, styles, { size: 32, crop: "centre", source: "test" });
const restyler = new Restyler(stylizer, bank, RestyleOptions.parse({}));
after(() => {
  restyler.dispose();
  stylizer.dispose();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const restyle = async (options: Partial<RestyleFolderOptions> = {}) => {
  const out = join(folder, `out-${count++}`);
  const all = { strength: 1, style: undefined, grid: undefined, seed: 0, ...options };
  return { out, written: await restyleFolder(pictures, out, { restyler, bank }, all) };
};
const decode = (path: string) => decodePicture(readFileSync(path), path);

test("each picture keeps its path and its size, and is what the restyler makes of it alone", async () => {
  const { out, written } = await restyle({ style: "gogh_stars" });
  assert.deepEqual(
    written.map(({ path }) => path),
    ["a.png", "b.png", "inner/c.png"],
  );
  for (const [name, [height, width]] of Object.entries(sizes)) {
    const source = await decode(join(pictures, name));
    const found = await decode(join(out, name.replace("PNG", "png")));
    assert.deepEqual([found.height, found.width], [height, width]);
    const wanted = restyler.restyle(source.bytes, source, { styles: [2], strengths: [1] });
    assert.deepEqual([...found.bytes], [...wanted]);
  }
});

test("styles and strengths are drawn by seed and path: again the same, for another seed others", async () => {
  const how = async (seed: number) => (await restyle({ seed, strength: [0.1, 0.9] })).written;
  const [one, again, other] = [await how(1), await how(1), await how(2)];
  assert.deepEqual(one, again);
  assert.notDeepEqual(one, other);
  for (const { strengths } of one) assert.ok(strengths[0]! >= 0.1 && strengths[0]! <= 0.9);
});

test("a grid shows the picture beside itself at each strength", async () => {
  const { out, written } = await restyle({ grid: [0, 0.5, 1] });
  const sheet = await decode(join(out, "b.png"));
  assert.deepEqual([sheet.height, sheet.width], [2 + 18, 2 + 4 * 18]);
  assert.deepEqual(written[0]!.strengths, [0, 0.5, 1]);
});

test("a part of a name is enough where one style only has it", async () => {
  const { written } = await restyle({ style: "STARS" });
  assert.deepEqual(new Set(written.map(({ style }) => style)), new Set(["gogh_stars"]));
  await assert.rejects(restyle({ style: "monet" }), {
    code: "unknown-name",
    message: /2 styles have it in their names/,
  });
  await assert.rejects(restyle({ style: "monet_lillies" }), {
    code: "unknown-name",
    message: /Did you mean "monet_lilies"/,
  });
});

test("a folder that holds something is not written to; one without pictures is refused", async () => {
  const all = { strength: 1, style: undefined, grid: undefined, seed: 0 };
  await assert.rejects(restyleFolder(pictures, pictures, { restyler, bank }, all), { code: "file-exists" });
  const empty = join(folder, "empty");
  mkdirSync(empty);
  await assert.rejects(restyleFolder(empty, join(folder, "n"), { restyler, bank }, all), { code: "data" });
  assert.equal(existsSync(join(folder, "n")), false);
});

test("two pictures that would get one name are refused before any is written", async () => {
  const twice = join(folder, "twice");
  mkdirSync(twice);
  const png = readFileSync(join(pictures, "a.png"));
  for (const name of ["x.png", "x.jpg"]) writeFileSync(join(twice, name), png);
  const all = { strength: 1, style: undefined, grid: undefined, seed: 0 };
  await assert.rejects(restyleFolder(twice, join(folder, "m"), { restyler, bank }, all), {
    code: "data",
    message: /x\.jpg and x\.png would both become x\.png/,
  });
});
