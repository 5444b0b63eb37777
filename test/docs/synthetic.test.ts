/** docs/synthetic.md: its commands and limits are those of the code. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import synth from "../../src/cli/synth.ts";
import { BLANK, NEAR } from "../../src/pool/copies.ts";

const document = readFileSync(join(import.meta.dirname, "../../docs/synthetic.md"), "utf8").replace(/\s+/g, " ");

test("every command of patina synth is shown, and no other", () => {
  const named = new Set([...document.matchAll(/bin\/patina synth (\w+)/g)].map(([, name]) => name));
  assert.deepEqual(
    [...named],
    synth.commands.map(({ name }) => name),
  );
});

test("the limits of near copies and of blank pictures are told", () => {
  assert.ok(document.includes(`at most ${NEAR.distance} of 255 levels`));
  assert.ok(document.includes(`at most ${NEAR.share} of the spread`));
  assert.ok(document.includes(`is below ${BLANK} levels`));
});
