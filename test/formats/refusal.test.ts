import assert from "node:assert/strict";
import { test } from "node:test";
import { damaged, describeStart, foreign, hostile, quote } from "../../src/formats/refusal.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");

test("files are named by their first bytes", () => {
  const kinds: [string, string][] = [
    ["\x93NUMPY\x01", "a NumPy array (.npy)"],
    ["PK\x03\x04", "a zip archive (.zip, .npz or .pt)"],
    ["\x1f\x8b\x08", "gzip data"],
    ["\x89PNG\r\n", "a PNG picture"],
    ["\xff\xd8\xff\xe0", "a JPEG picture"],
    ["\x80\x04\x95", "a Python pickle"],
    ["<!DOCTYPE html><html>", "an HTML page"],
    ["  <html lang=en>", "an HTML page"],
    ["<!-- x --> <html>", "an HTML page"],
    ["<?xml version='1.0'?>", "an XML document"],
    [`${"a".padEnd(257, "\0")}ustar\x0000`, "a tar archive"],
    ['{"a": 1}', "a JSON document"],
    ["version https://git-lfs.github.com/spec/v1", "a Git LFS pointer (fetch the file itself with: git lfs pull)"],
  ];
  for (const [start, kind] of kinds) assert.equal(describeStart(latin1(start)), kind);
});

test("an unknown kind is shown by its first eight bytes", () => {
  assert.equal(
    describeStart(latin1("\x00\x01abcdefgh")),
    "an unknown kind of file (it starts with 00 01 61 62 63 64 65 66)",
  );
  assert.equal(describeStart(latin1("\x07")), "an unknown kind of file (it starts with 07)");
  assert.equal(describeStart(new Uint8Array(0)), "empty");
});

test("a foreign file's message says what it is, what was expected, and what to do", () => {
  const error = foreign("a.npz", "a zip archive", latin1("%PDF-1.4"));
  assert.equal(error.code, "file-foreign");
  assert.equal(error.message, "a.npz: is a PDF document, not a zip archive. Name another file.");
});

test("an HTML page in place of a download is said to be one", () => {
  assert.match(
    foreign("a.tar", "a tar archive", latin1("<html>")).message,
    /quota or log-in page\. Download it again\.$/,
  );
});

test("damage and hostility end on a remedy, their own or the caller's", () => {
  assert.equal(damaged("a", "cut").message, "a: cut. Copy or download it again.");
  assert.equal(hostile("a", "lies").message, "a: lies. Use it only from a source you trust.");
  assert.equal(hostile("a", "lies", "Drop it.").message, "a: lies. Drop it.");
  assert.equal(hostile("a", "lies").code, "file-hostile");
});

test("a name in a message is escaped and cut", () => {
  assert.equal(quote('a"\n\x1b'), '"a\\"\\n\\u001b"');
  assert.equal(quote("x".repeat(200)), `"${"x".repeat(100)}..."`);
});
