/** The suite as a whole: its bytes are those of its version, and its names are the published ones. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hashesOf, hashesPath, type RecordedHashes } from "../../scripts/golden/corrupt-hashes.ts";
import { corruptions } from "../../src/corrupt/registry.ts";
import { suiteCorruptions, suiteVersion } from "../../src/corrupt/suites.ts";

const { suite, hashes }: RecordedHashes = JSON.parse(readFileSync(hashesPath, "utf8"));
const remedy = "Its bytes changed. If that is meant, raise suiteVersion, then: node scripts/golden/corrupt.ts";

for (const { name } of corruptions)
  test(`${name} gives the bytes of suite version ${suiteVersion} at 32, 64, 28x28x1 and 17x23`, () => {
    assert.equal(suite, suiteVersion);
    assert.deepEqual(hashesOf(name), hashes[name], remedy);
  });

test("nothing is recorded of what there is no more", () => {
  assert.deepEqual(Object.keys(hashes), corruptions.map(({ name }) => name).sort());
});

test("the suites name 34 corruptions, and each of them is there", () => {
  const shape = (side: number) => ({ height: side, width: side, channels: 3 }) as const;
  const named = [suiteCorruptions("c", shape(32)), ...[32, 64].map((side) => suiteCorruptions("c-bar", shape(side)))];
  const names = new Set(named.flat());
  assert.equal(names.size, 34); // 19 + 10 + 10, of which 5 are in both sets of c-bar: method.md 7.1
  assert.deepEqual([...names].sort(), corruptions.map(({ name }) => name).sort());
});
