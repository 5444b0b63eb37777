import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { gunzipBounded, isGzip } from "../../src/formats/gzip.ts";
import { assertRefusesTruncation, assertSurvivesDamage } from "./mutations.ts";

const content = Buffer.from("twelve bytes");
/** Made by: printf 'twelve bytes' | gzip -9n */
const packed = Buffer.from("H4sIAAAAAAACAyspT80pS1VIqixJLQYAoMy/xQwAAAA=", "base64");
const read = (bytes: Uint8Array) => gunzipBounded(bytes, 100, "a.gz");

test("what gzip packed is unpacked", () => {
  assert.ok(isGzip(packed));
  assert.deepEqual(read(packed), content);
});

test("other files are foreign, by name", () => {
  assert.throws(() => read(Buffer.from("PK\x03\x04")), { code: "file-foreign", message: /^a\.gz: is a zip archive/ });
  assert.throws(() => read(Buffer.alloc(0)), { code: "file-foreign", message: /is empty/ });
});

test("exactly the limit may come out, one byte more is refused", () => {
  assert.equal(gunzipBounded(packed, 12, "a").length, 12);
  assert.throws(() => gunzipBounded(packed, 11, "a"), { code: "file-hostile", message: /more than the 11 bytes/ });
});

test("a bomb of a gigabyte is refused before it takes memory", () => {
  const part = gzipSync(Buffer.alloc(1 << 20));
  const bomb = Buffer.concat(Array.from({ length: 1024 }, () => part)); // members of one file follow each other
  const before = process.memoryUsage().arrayBuffers;
  assert.throws(() => gunzipBounded(bomb, 1000, "bomb.gz"), { code: "file-hostile" });
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 << 20);
});

test("a checksum that differs is damage", () => {
  const altered = Buffer.from(packed);
  altered[altered.length - 8]! ^= 1;
  assert.throws(() => read(altered), { code: "file-damaged", message: /altered/ });
});

test("a truncated file is damage at every length", () => assertRefusesTruncation(packed, read));

test("damaged files give an error of ours or a value", () => assertSurvivesDamage(packed, read));
