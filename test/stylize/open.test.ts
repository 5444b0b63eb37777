/** From options to what restyles. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setThreadCount } from "../../src/engine/device.ts";
import { handleCounts } from "../../src/engine/scope.ts";
import type { PatinaError } from "../../src/errors.ts";
import { sha256File } from "../../src/files.ts";
import { openRestyler } from "../../src/stylize/open.ts";
import { RestyleOptions } from "../../src/stylize/options.ts";
import { madeUpPictures, writeStylizer } from "./stylizers.ts";

setThreadCount(1);
const folder = mkdtempSync(join(tmpdir(), "patina-open-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const files = await writeStylizer(folder, 16);

const shape = { height: 16, width: 16, channels: 3 } as const;
const bytes = madeUpPictures(1, 3, 16, 7);

test("bfloat16 is computed with where it is asked for: bytes differ, but by a few levels", () => {
  const [exact, rough] = (["float32", "bfloat16"] as const).map((precision) => {
    const opened = openRestyler(files, RestyleOptions.parse({ precision }), "cpu");
    try {
      return opened.restyler.restyle(bytes, shape, { styles: [0], strengths: [1] });
    } finally {
      opened.dispose();
    }
  });
  const apart = exact!.reduce((sum, value, at) => sum + Math.abs(value - rough![at]!), 0) / exact!.length;
  assert.ok(apart > 0 && apart < 8, `${apart} levels on average`);
});

test("digests are of the two files, and nothing is left of what was opened", () => {
  const before = handleCounts().live;
  const opened = openRestyler(files, RestyleOptions.parse({}), "cpu");
  assert.deepEqual(opened.digests, { weights: sha256File(files.weights), styles: sha256File(files.styles) });
  opened.dispose();
  assert.equal(handleCounts().live, before);
});

test("files that do not go together are refused, naming that of the bank, and leave nothing open", () => {
  const before = handleCounts().live;
  const mixed = { weights: "own", styles: files.styles };
  assert.throws(
    () => openRestyler(mixed, RestyleOptions.parse({}), "cpu"),
    ({ code, message }: PatinaError) => code === "weights" && message.startsWith(`${files.styles}: `),
  );
  assert.equal(handleCounts().live, before);
});
