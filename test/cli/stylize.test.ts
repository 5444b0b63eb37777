/** `patina stylizer`, `styles` and `stylize`, from training to restyled pictures, and what they refuse. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeNpy } from "../../src/formats/npy.ts";
import { encodePng } from "../../src/pictures/codec.ts";
import { createPicture } from "../../src/pictures/picture.ts";
import { madeUpPictures } from "../stylize/stylizers.ts";
import { writeTinyFashion } from "../tiny-data.ts";
import { runCommand } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-cli-stylize-"));
after(() => rmSync(folder, { recursive: true, force: true }));
writeTinyFashion(folder, { train: 40, test: 10 });
const paintings = join(folder, "paintings");
mkdirSync(paintings);
for (const name of ["lilies", "stars"]) {
  const picture = createPicture(
    { height: 40, width: 48, channels: 3 },
    madeUpPictures(1, 3, 48, name.length).subarray(0, 5760),
  );
  writeFileSync(join(paintings, `${name}.png`), await encodePng(picture));
}
const inside = (name: string) => join(folder, name);
const words = [
  ...["--content", "fashion-mnist", "--style", paintings, "--size", "32", "--data", folder, "--threads", "1"],
  ...["--set", "encoder.steps=3", "--set", "decoder.steps=3", "--set", "stylizer.channels=4,8"],
  ...["--set", "stylizer.convolutions=1"],
];
const trained = inside("own");
const training = await runCommand(["stylizer", "train", trained, ...words]);
const [weights, styles] = [join(trained, "stylizer.safetensors"), join(trained, "styles.safetensors")];
const own = ["--stylizer", weights, "--styles", styles];

test("patina stylizer train says where the stylizer is and how good it is", () => {
  assert.equal(training.status, 0, training.err);
  assert.match(training.out, /stylizer\.safetensors and .*styles\.safetensors are ready; .*training\.html shows/);
  const page = readFileSync(join(trained, "training.html"), "utf8");
  // The style sheet has a column for the list of sections; without it they would stand in that column.
  for (const id of ["pictures", "quality"]) {
    assert.ok(page.includes(`<section id="${id}"`), id);
    assert.match(page, new RegExp(`<nav .*<a href="#${id}">`));
  }
  assert.match(page, /The decoder has made 3 steps/);
  assert.match(
    training.out,
    /fashion-mnist: -?[\d.]+ dB, [\d.]+, [\d.]+ at its own size; .* at the size of the training/,
  );
});

test("a folder of something else is refused as that, and nothing is written to it", async () => {
  const run = inside("run");
  mkdirSync(run);
  writeFileSync(join(run, "journal.jsonl"), '{"epoch":1,"loss":2.3}\n');
  const { status, err } = await runCommand(["stylizer", "train", run, ...words]);
  assert.equal(status, 1);
  assert.match(err, /run: holds other files\. Name a new folder/);
  assert.deepEqual(readdirSync(run), ["journal.jsonl"]);
});

test("patina stylize restyles a folder, with a grid too", async () => {
  const plain = await runCommand(["stylize", paintings, inside("restyled"), ...own, "--strength", "0.1,1"]);
  assert.deepEqual(
    [plain.status, plain.out],
    [0, `${inside("restyled")}: 2 pictures restyled in 2 styles\n`],
    plain.err,
  );
  assert.deepEqual(readdirSync(inside("restyled")), ["lilies.png", "stars.png"]);
  const grid = await runCommand(["stylize", paintings, inside("grid"), ...own, "--grid", "--style", "star", "--json"]);
  const written = JSON.parse(grid.out);
  assert.deepEqual(written[0], { path: "lilies.png", style: "stars.png", strengths: [0, 0.25, 0.5, 0.75, 1] });
});

test("patina styles pack makes a bank that goes with the stylizer", async () => {
  const bank = inside("bank.safetensors");
  const packed = await runCommand(["styles", "pack", paintings, bank, "--stylizer", weights, "--size", "32"]);
  assert.match(packed.out, /bank\.safetensors: 2 styles, /, packed.err);
  const used = await runCommand(["stylize", paintings, inside("used"), "--stylizer", weights, "--styles", bank]);
  assert.equal(used.status, 0, used.err);
});

const features = inside("features.npy");
writeFileSync(features, writeNpy({ dtype: "float32", shape: [1, 3, 2, 2], bytes: new Uint8Array(48) }));

for (const [what, line, message] of [
  [
    "a size that is no multiple of 16",
    ["stylizer", "train", inside("n"), ...words, "--size", "40"],
    /"size" .*multiple of 16/,
  ],
  [
    "an unknown option",
    ["stylizer", "train", inside("n"), ...words, "--set", "decoder.step=3"],
    /Did you mean "decoder\.steps"/,
  ],
  [
    "an unknown data set",
    ["stylizer", "train", inside("n"), "--content", "cifar", "--style", paintings, "--data", folder],
    /unknown data set "cifar"/,
  ],
  [
    "style pictures that are not there",
    ["stylizer", "train", inside("n"), ...words, "--style", inside("gone")],
    /gone/,
  ],
  ["weights that are not there", ["stylizer", "import", inside("a.pth"), inside("b.pth"), inside("n")], /a\.pth/],
  [
    "a stylizer as a bank",
    ["stylize", paintings, inside("n"), "--stylizer", weights, "--styles", weights],
    /its metadata are not those of a style bank \("pictures" is missing\)/,
  ],
  ["a bank as a stylizer", ["stylize", paintings, inside("n"), "--stylizer", styles, "--styles", styles], /stylizer/],
  [
    "a strength above 1",
    ["stylize", paintings, inside("n"), ...own, "--strength", "1.5"],
    /--strength 1\.5: must be a number from 0 to 1/,
  ],
  [
    "a strength for a grid, which has its own",
    ["stylize", paintings, inside("n"), ...own, "--grid", "--strength", "0.3"],
    /--strength 0\.3: --grid has strengths of its own/,
  ],
  ["a style without a name", ["stylize", paintings, inside("n"), ...own, "--style", ""], /--style must/],
  ["an interval backwards", ["stylize", paintings, inside("n"), ...own, "--strength", "0.9,0.1"], /the lower first/],
  [
    "a size that is no number",
    ["stylize", paintings, inside("n"), ...own, "--size", "big"],
    /--size big: is neither "native" nor/,
  ],
  ["a size at which nothing is left", ["stylize", paintings, inside("n"), ...own, "--size", "4"], /--size 4/],
  [
    "an unknown style",
    ["stylize", paintings, inside("n"), ...own, "--style", "liles.png"],
    /style "liles\.png": .*Did you mean "lilies\.png"/,
  ],
  ["a folder that is not there", ["stylize", inside("gone"), inside("n"), ...own], /gone: is no folder/],
  ["a bank file that is there", ["styles", "pack", paintings, styles, "--stylizer", weights], /is there already/],
  [
    "features of another network",
    ["styles", "import", features, inside("n"), "--stylizer", weights],
    /holds float32\[1,3,2,2\]/,
  ],
  [
    "a device that is not there",
    ["stylize", paintings, inside("n"), ...own, "--device", "cuda:9"],
    /device "cuda:9" is not there/,
  ],
] as const)
  test(`${what} is refused in one message, and nothing is written`, async () => {
    const { status, out, err } = await runCommand(line);
    assert.notEqual(status, 0);
    assert.equal(out, "");
    assert.match(err, message);
    assert.doesNotMatch(err, /\n {4}at /);
    assert.equal(existsSync(inside("n")), false);
  });
