/** A stylizer on disk. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { handleCounts } from "../../src/engine/scope.ts";
import { encodeSafetensors } from "../../src/formats/safetensors.ts";
import { loadStylizer, saveStylizer } from "../../src/stylize/stylizer-file.ts";
import { temporaryFolder } from "../data/samples.ts";
import { filledStylizer } from "./stylizers.ts";

const folder = temporaryFolder();
const stylizer = filledStylizer();
after(() => stylizer.dispose());

test("a stylizer comes back from its file with its weights, its options and its origin", () => {
  const path = join(folder, "stylizer.safetensors");
  saveStylizer(path, stylizer, "made up");
  const loaded = loadStylizer(path);
  assert.equal(loaded.origin, "made up");
  assert.deepEqual(loaded.stylizer.options, stylizer.options);
  assert.deepEqual(loaded.stylizer.stateDict(), stylizer.stateDict());
  assert.equal(loaded.stylizer.encoderDigest(), stylizer.encoderDigest());
  loaded.stylizer.dispose();
});

test("a file of weights that is no stylizer is refused, and so are weights of another size", () => {
  const path = join(folder, "other.safetensors");
  writeFileSync(path, encodeSafetensors(stylizer.stateDict()));
  assert.throws(() => loadStylizer(path), { code: "file-damaged", message: /not those of a stylizer/ });
  writeFileSync(path, "PK\x03\x04 what torch.save writes");
  assert.throws(() => loadStylizer(path), {
    code: "file-foreign",
    message: /is a zip archive .* published weights are imported first: patina stylizer import/,
  });
  const wider = JSON.stringify({ ...stylizer.options, channels: [8, 16, 64] });
  writeFileSync(path, encodeSafetensors(stylizer.stateDict(), { stylizer: wider, origin: "" }));
  const before = handleCounts().live;
  assert.throws(() => loadStylizer(path), { code: "weights", message: /Different: encoder\.16\.weight/ });
  assert.equal(handleCounts().live, before);
});

test("weights that are no numbers are refused, naming them", () => {
  const path = join(folder, "broken.safetensors");
  const state = stylizer.stateDict();
  const [name, plain] = [...state].at(-1)!;
  const broken = new Float32Array(plain.bytes.length / 4).fill(Number.NaN);
  state.set(name, { ...plain, bytes: new Uint8Array(broken.buffer) });
  writeFileSync(path, encodeSafetensors(state, { stylizer: JSON.stringify(stylizer.options), origin: "" }));
  const before = handleCounts().live;
  assert.throws(() => loadStylizer(path), {
    code: "file-damaged",
    message: new RegExp(`"${name}" has numbers not finite`),
  });
  assert.equal(handleCounts().live, before);
});
