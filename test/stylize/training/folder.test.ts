/** The folder of a stylizer in training: what a kill left in it is nobody's. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openTrainingFolder } from "../../../src/stylize/training/folder.ts";
import { StylizerTrainingOptions } from "../../../src/stylize/training/options.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-training-folder-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const options = StylizerTrainingOptions.parse({ content: ["cifar10"], style: "paintings" });

test("killed before its options were written, the same command begins there", () => {
  // No process can have this number: a claim of one that was killed.
  for (const name of ["lock-99999999-1", ".options.json.0123456789ab.tmp"]) writeFileSync(join(folder, name), "");
  openTrainingFolder(folder, options).close();
  assert.ok(readdirSync(folder).includes("options.json"));
});

test("two at once are refused", () => {
  const { close } = openTrainingFolder(folder, options);
  assert.throws(() => openTrainingFolder(folder, options), { code: "file-exists", message: /this process is writing/ });
  close();
});
