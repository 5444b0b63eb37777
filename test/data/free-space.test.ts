import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { checkFreeSpace, megabytes } from "../../src/data/free-space.ts";
import { onSmallDisk } from "../small-disk.ts";

test("more than any disk holds is refused, with what is free and what it takes", () => {
  assert.throws(() => checkFreeSpace(tmpdir(), 2 ** 60, "the cache"), {
    code: "file-system",
    message: /has \d+.* free, the cache takes 1152921504607 MB\. Free some space/,
  });
});

test("a small disk takes what fits, and not a page more", (context) => {
  onSmallDisk(context, (folder) => {
    checkFreeSpace(folder, 1 << 15, "half of it");
    assert.throws(() => checkFreeSpace(folder, (1 << 16) + 1, "all of it"), { code: "file-system" });
  });
});

test("sizes are told in KB, and in MB with a digit where they are small", () => {
  assert.deepEqual([4_200, 1_500_000, 170_052_171].map(megabytes), ["4 KB", "1.5 MB", "170 MB"]);
});
