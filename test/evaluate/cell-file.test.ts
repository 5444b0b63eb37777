/** The files of cells: what was altered is refused. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fakeMeasurement } from "./fakes.ts";
import { measure, newFolder } from "./measured.ts";

test("a cell file that was changed is an error that names it and says what to do", async () => {
  const folder = newFolder();
  await measure(fakeMeasurement(folder));
  const path = join(folder, "generated@1", "fog-2.safetensors");
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
  await assert.rejects(measure(fakeMeasurement(folder)), (error: Error & { code: string }) => {
    assert.equal(error.code, "file-damaged");
    assert.ok(error.message.includes(path) && /Delete it .* measured anew/.test(error.message), error.message);
    return true;
  });
});

test("a cell file that was cut is an error", async () => {
  const folder = newFolder();
  await measure(fakeMeasurement(folder));
  const path = join(folder, "generated@1", "fog-1.safetensors");
  writeFileSync(path, readFileSync(path).subarray(0, -8));
  await assert.rejects(measure(fakeMeasurement(folder)), { code: "file-damaged" });
});
