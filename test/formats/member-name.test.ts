import assert from "node:assert/strict";
import { test } from "node:test";
import { checkMemberName } from "../../src/formats/member-name.ts";

test("names within the archive's folder pass", () => {
  for (const name of ["a", "a/b.png", "a/", "./a", "..a/b..", "a..b", "é 中/1.jpg"]) checkMemberName(name, "archive");
});

test("names that are absolute, lead out, or have backslashes, zero bytes or nothing in them are hostile", () => {
  for (const name of ["/etc/passwd", "C:/x", "c:x", "../x", "a/../../x", "a/..", "..", "a\\b", "..\\x", "a\0b", ""])
    assert.throws(() => checkMemberName(name, "archive"), { code: "file-hostile", message: /^archive: / }, name);
});
