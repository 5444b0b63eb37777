/** Restyling a folder: names, draws, grids, refusals. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { decodePicture, encodePng } from "../../src/pictures/codec.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { cropAt } from "../../src/pictures/resize.ts";
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

test("a grid shows the picture, then what it becomes at each strength", async () => {
  const { out, written } = await restyle({ style: "gogh_stars", grid: [0, 0.5, 1] });
  const sheet = await decode(join(out, "b.png"));
  assert.deepEqual([sheet.height, sheet.width], [2 + 18, 2 + 4 * 18]);
  assert.deepEqual(written[0]!.strengths, [0, 0.5, 1]);
  const source = await decode(join(pictures, "b.PNG"));
  const wanted = [0, 0.5, 1].map((strength) =>
    restyler.restyle(source.bytes, source, { styles: [2], strengths: [strength] }),
  );
  for (const [place, bytes] of [source.bytes, ...wanted].entries()) {
    const cell = cropAt(sheet, { top: 2, left: 2 + 18 * place }, { height: 16, width: 16 });
    assert.deepEqual([...cell.bytes], [...bytes], `place ${place}`);
  }
});

test("styles are those whose names have the text in them; a whole name means that one alone", async () => {
  const stylesOf = async (style: string, seed: number) =>
    (await restyle({ style, seed })).written.map((one) => one.style);
  assert.deepEqual(new Set(await stylesOf("STARS", 0)), new Set(["gogh_stars"]));
  const monet = [];
  for (const seed of [0, 1, 2, 3, 4, 5, 6]) monet.push(...(await stylesOf("monet", seed)));
  // 21 draws of two: all the same once in 10^6.
  assert.deepEqual(new Set(monet), new Set(["monet_lilies", "monet_bridge"]));
  const longer = { ...bank, pictures: [...bank.pictures.slice(0, 2), { name: "monet", digest: "" }] };
  const all = { strength: 1, style: "monet", grid: undefined, seed: 0 };
  const written = await restyleFolder(pictures, join(folder, "exact"), { restyler, bank: longer }, all);
  assert.deepEqual(new Set(written.map(({ style }) => style)), new Set(["monet"]));
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

const plainly = { strength: 1, style: undefined, grid: undefined, seed: 0 };
/** What lies in the folder of all, temporary names too. */
const everything = () => readdirSync(folder).sort();

for (const [what, extra, size, message] of [
  ["one that cannot be decoded", Buffer.from("no picture"), undefined, /bad\/z\.png: is no picture/],
  ["one too small", undefined, [4, 16], /bad\/z\.png: stylizer "compact": images of 4x16 are too small/],
] as const)
  test(`${what} is named, and nothing is left of those before it`, async () => {
    const bad = join(folder, "bad");
    mkdirSync(bad, { recursive: true });
    writeFileSync(join(bad, "a.png"), readFileSync(join(pictures, "a.png")));
    const [height, width] = size ?? [1, 1];
    const picture = createPicture({ height, width, channels: 3 }, new Uint8Array(height * width * 3));
    writeFileSync(join(bad, "z.png"), extra ?? (await encodePng(picture)));
    const before = everything();
    await assert.rejects(restyleFolder(bad, join(folder, "k"), { restyler, bank }, plainly), { message });
    assert.deepEqual(everything(), before);
  });

test("stopped, nothing is left behind", async () => {
  const stop = new AbortController();
  const before = everything();
  const settings = { report: () => stop.abort(), signal: stop.signal };
  await assert.rejects(restyleFolder(pictures, join(folder, "k"), { restyler, bank }, plainly, settings), {
    code: "interrupted",
    message: /stopped\. Nothing was written/,
  });
  assert.deepEqual(everything(), before);
});

test("a folder inside that of the pictures is refused: called again, what is there would be restyled too", async () => {
  await assert.rejects(restyleFolder(pictures, join(pictures, "inner/out"), { restyler, bank }, plainly), {
    code: "usage",
    message: /lies in .*pictures, whose pictures are restyled/,
  });
  const beside = `${pictures}-restyled`;
  assert.equal((await restyleFolder(pictures, beside, { restyler, bank }, plainly)).length, 3);
});

test("an empty folder is filled", async () => {
  const empty = join(folder, "made-before");
  mkdirSync(empty);
  await restyleFolder(pictures, empty, { restyler, bank }, plainly);
  assert.deepEqual(readdirSync(empty).sort(), ["a.png", "b.png", "inner"]);
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
  assert.equal(existsSync(join(folder, "m")), false);
});
