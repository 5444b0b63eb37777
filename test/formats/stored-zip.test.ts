/** Zip archives as we write them: read by our reader, by Python, and beyond 4 GiB. */
import assert from "node:assert/strict";
import { closeSync, ftruncateSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { writeWhole } from "../../src/files.ts";
import { type PlacedMember, storedDirectory, storedHeader } from "../../src/formats/stored-zip.ts";
import { openZip } from "../../src/formats/zip.ts";
import { temporaryFolder } from "../data/samples.ts";
import { noOracle, oracle } from "../oracle.ts";

const members = [
  { name: "a.txt", data: Buffer.from("first") },
  { name: "Bär/b.bin", data: Buffer.alloc(1000, 7) },
  { name: "empty", data: Buffer.alloc(0) },
];

function archiveOf(parts: readonly { name: string; data: Buffer }[]): Buffer {
  const placed: PlacedMember[] = [];
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (const { name, data } of parts) {
    const member = { name, bytes: data.length, crc32: crc32(data) };
    const header = storedHeader(member);
    placed.push({ ...member, offset: start });
    pieces.push(header, data);
    start += header.length + data.length;
  }
  return Buffer.concat([...pieces, storedDirectory(placed, start)]);
}

const path = join(temporaryFolder(), "a.zip");
writeFileSync(path, archiveOf(members));

test("what is written is read again, member by member, stored", async () => {
  const zip = await openZip(path);
  for (const { name, data } of members) assert.deepEqual(Buffer.from(await zip.read(name, 1e6)), data);
  assert.ok(zip.members.every(({ isStored }) => isStored));
  zip.close();
});

test("equal members give equal bytes", () => {
  assert.deepEqual(archiveOf(members), archiveOf(members));
});

test("Python's zipfile finds no fault with it", { skip: noOracle }, () => {
  const names = oracle(`
import json, zipfile
zip = zipfile.ZipFile(${JSON.stringify(path)})
assert zip.testzip() is None
print(json.dumps(zip.namelist()))`);
  assert.deepEqual(
    JSON.parse(names),
    members.map(({ name }) => name),
  );
});

/** Two members, the first of 5 GiB that take no space on the disk, and the second behind it. */
function writeLarge(file: string): void {
  const hole = { name: "hole", bytes: 5 * 2 ** 30, crc32: 0 }; // its checksum is not asked for here
  const data = Buffer.from("behind");
  const member = { name: "behind", bytes: data.length, crc32: crc32(data) };
  const second = storedHeader(hole).length + hole.bytes;
  const start = second + storedHeader(member).length + data.length;
  const handle = openSync(file, "w");
  ftruncateSync(handle, start);
  writeWhole(handle, storedHeader(hole), 0);
  writeWhole(handle, Buffer.concat([storedHeader(member), data]), second);
  writeWhole(
    handle,
    storedDirectory(
      [
        { ...hole, offset: 0 },
        { ...member, offset: second },
      ],
      start,
    ),
    start,
  );
  closeSync(handle);
}

test("members beyond 4 GiB are found, and their places known", async () => {
  const large = join(temporaryFolder(), "large.zip");
  writeLarge(large);
  const zip = await openZip(large);
  assert.deepEqual(
    zip.members.map(({ name, bytes }) => [name, bytes]),
    [
      ["hole", 5 * 2 ** 30],
      ["behind", 6],
    ],
  );
  assert.equal(await zip.storedOffset("hole"), 30 + 4 + 20); // header, name, zip64's extra field of two sizes
  assert.equal(Buffer.from(await zip.read("behind", 10)).toString(), "behind");
  zip.close();
});

test("Python's zipfile reads what lies beyond 4 GiB", { skip: noOracle }, () => {
  const large = join(temporaryFolder(), "large.zip");
  writeLarge(large);
  const found = oracle(`
import json, zipfile
zip = zipfile.ZipFile(${JSON.stringify(large)})
print(json.dumps([zip.getinfo("hole").file_size, zip.read("behind").decode(), len(zip.open("hole").read(10))]))`);
  assert.deepEqual(JSON.parse(found), [5 * 2 ** 30, "behind", 10]);
});
