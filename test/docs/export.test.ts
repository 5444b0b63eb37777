/** The programs of docs/export.md, as a reader would run them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { runProgram } from "../../src/cli/program.ts";
import { scope } from "../../src/engine/scope.ts";
import { ImageMaker } from "../../src/evaluate/images.ts";
import type { PictureShape } from "../../src/pictures/picture.ts";
import { drawPictures, makeTrained, writeTrainedRun } from "../evaluate/trained-run.ts";
import { pythonWith } from "../oracle.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "patina-docs-"));
const document = readFileSync(join(root, "docs/export.md"), "utf8");
after(() => rmSync(folder, { recursive: true, force: true }));

/** The one program of that language in the document. */
function programIn(language: string): string {
  const programs = [...document.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))];
  assert.equal(programs.length, 1);
  return programs[0]![1]!;
}

const shapes: Record<string, PictureShape> = {
  grey: { height: 28, width: 28, channels: 1 },
  colour: { height: 32, width: 32, channels: 3 },
};
/** What the network itself says of the picture of each folder. */
const answers = new Map<string, { name: string; score: number }>();

/** A folder for each shape with first.onnx, first.json and picture.png. */
before(async () => {
  for (const [name, shape] of Object.entries(shapes)) {
    const user = join(folder, name);
    mkdirSync(join(user, "node_modules"), { recursive: true });
    for (const needed of ["onnxruntime-node", "sharp"])
      symlinkSync(join(root, "node_modules", needed), join(user, "node_modules", needed));
    const trained = makeTrained(shape);
    const bytes = drawPictures(shape, 1);
    await sharp(bytes, { raw: shape }).png().toFile(join(user, "picture.png"));
    const words = ["export", writeTrainedRun(user, trained), join(user, "first.onnx"), "--json"];
    const writeJson = (text: string) => writeFileSync(join(user, "first.json"), text);
    assert.equal(await runProgram(words, { out: writeJson, err: assert.fail, isTerminal: false }), 0);
    trained.network.setTraining(false);
    const maker = new ImageMaker(shape, trained.normalisation, "cpu");
    const scores = scope(() => trained.network.forward(maker.images(bytes, 1)).toFloat32Array());
    const score = Math.max(...scores);
    answers.set(name, { name: trained.classes[scores.indexOf(score)]!, score });
    maker.dispose();
    trained.network.dispose();
  }
});

function assertAnswer(shape: string, printed: string): void {
  const [name, score] = printed.trim().split(" ");
  const expected = answers.get(shape)!;
  assert.equal(name, expected.name);
  assert.ok(Math.abs(Number(score) - expected.score) <= 1e-4, `${score} instead of ${expected.score}`);
}

for (const shape of Object.keys(shapes))
  test(`the program for Node names the class of a ${shape} picture and its score`, () => {
    const program = join(folder, shape, "program.mjs");
    writeFileSync(program, programIn("js"));
    assertAnswer(shape, execFileSync(process.execPath, [program], { cwd: join(folder, shape), encoding: "utf8" }));
  });

const packages = ["onnxruntime", "PIL", "numpy"];
const python = pythonWith(...packages);
for (const shape of Object.keys(shapes))
  test(`the program for Python names the class of a ${shape} picture and its score`, {
    skip: python ? false : `Python has not all of ${packages.join(", ")}`,
  }, () => {
    const program = ["-c", programIn("python")];
    assertAnswer(shape, execFileSync(python!, program, { cwd: join(folder, shape), encoding: "utf8" }));
  });
