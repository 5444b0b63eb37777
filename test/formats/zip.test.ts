import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openZip } from "../../src/formats/zip.ts";
import { cannotCount, countOpenFiles } from "../open-files.ts";
import { noOracle, oracle } from "../oracle.ts";
import { type ZipPart, zipOf } from "./archives.ts";
import { assertRefusesTruncation, assertSurvivesDamage } from "./mutations.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-zip-"));
const path = join(folder, "a.zip");
after(() => rmSync(folder, { recursive: true, force: true }));

const text = (content: string) => Buffer.from(content);
const parts: ZipPart[] = [
  { name: "stored.txt", data: text("stored as it is") },
  { name: "folder/", data: text("") },
  { name: "folder/packed.txt", data: text("packed ".repeat(100)), packed: true },
  { name: "empty", data: text("") },
];
const valid = zipOf(parts);

function open(bytes: Uint8Array) {
  writeFileSync(path, bytes);
  return openZip(path);
}

/** Opens it and reads all members. */
async function read(bytes: Uint8Array, limitBytes = 10_000): Promise<Map<string, string>> {
  const zip = await open(bytes);
  try {
    const contents = new Map<string, string>();
    for (const { name } of zip.members) contents.set(name, Buffer.from(await zip.read(name, limitBytes)).toString());
    return contents;
  } finally {
    zip.close();
  }
}

test("members are the files with their sizes, folders left out", async () => {
  const zip = await open(valid);
  assert.deepEqual(zip.members, [
    { name: "stored.txt", bytes: 15, isStored: true },
    { name: "folder/packed.txt", bytes: 700, isStored: false },
    { name: "empty", bytes: 0, isStored: true },
  ]);
  zip.close();
});

test("stored, packed and empty members are read whole, also at the same time", async () => {
  const zip = await open(valid);
  const [stored, packed, empty] = await Promise.all(
    ["stored.txt", "folder/packed.txt", "empty"].map((name) => zip.read(name, 1000)),
  );
  assert.equal(Buffer.from(stored!).toString(), "stored as it is");
  assert.equal(Buffer.from(packed!).toString(), "packed ".repeat(100));
  assert.equal(empty!.length, 0);
  zip.close();
});

test("sizes and offsets of zip64 are read", async () => {
  const contents = await read(zipOf(parts.map((part) => ({ ...part, zip64: true }))));
  assert.equal(contents.get("stored.txt"), "stored as it is");
});

test("the start of a member is read without the rest", async () => {
  const zip = await open(zipOf([{ name: "a", data: Buffer.alloc(1 << 20, 7), packed: true }, parts[0]!]));
  assert.deepEqual([...(await zip.readStart("a", 3))], [7, 7, 7]);
  assert.equal(Buffer.from(await zip.readStart("stored.txt", 100)).toString(), "stored as it is");
  zip.close();
});

test("the offset of a stored member is where its bytes stand in the file", async () => {
  const zip = await open(valid);
  const offset = await zip.storedOffset("stored.txt");
  assert.equal(readFileSync(path).toString("latin1", offset, offset + 15), "stored as it is");
  await assert.rejects(zip.storedOffset("folder/packed.txt"), { code: "argument" });
  zip.close();
});

test("a member that is not there is an error that names those that are", async () => {
  const zip = await open(valid);
  await assert.rejects(zip.read("other", 10), {
    code: "file-foreign",
    message: /no member "other"; it has stored\.txt, fo/,
  });
  zip.close();
});

test("a member above the caller's limit is refused, one at the limit is read", async () => {
  const zip = await open(valid);
  assert.equal((await zip.read("stored.txt", 15)).length, 15);
  await assert.rejects(zip.read("stored.txt", 14), { code: "file-hostile", message: /has 15 bytes; 14 are allowed/ });
  zip.close();
});

test("an archive of nothing has no members", async () => {
  assert.equal((await read(zipOf([]))).size, 0);
});

test("a bomb that claims gigabytes from a few bytes is refused on opening", async () => {
  const data = Buffer.alloc(100);
  const bomb = zipOf([{ name: "bomb", data, packed: true, claims: { bytes: 4e9 } }]);
  await assert.rejects(open(bomb), { code: "file-hostile", message: /claims 4000000000 bytes from \d+ packed ones/ });
  const large = zipOf([{ name: "bomb", data, packed: true, zip64: true, claims: { bytes: 2 ** 60 } }]);
  await assert.rejects(open(large), { code: "file-hostile" });
  const stored = zipOf([{ name: "bomb", data, claims: { bytes: 4e9 } }]);
  await assert.rejects(open(stored), { code: "file-damaged" });
});

test("a member that would end beyond the file is damage on opening, before memory is taken by its size", async () => {
  for (const claims of [{ bytes: 5e10, packedBytes: 5e10 }, { packedBytes: 5e10 }]) {
    const packed = claims.bytes === undefined;
    await assert.rejects(open(zipOf([{ name: "a", data: text("x"), packed, zip64: true, claims }])), {
      code: "file-damaged",
      message: /its member at byte 0 would end at byte 50000000031, the file has \d+/,
    });
  }
});

test("a member that unpacks to more, or less, than it claims is damage", async () => {
  for (const bytes of [699, 701])
    await assert.rejects(read(zipOf([{ ...parts[2]!, claims: { bytes } }])), { code: "file-damaged" });
});

test("names that lead out of the folder are hostile", async () => {
  for (const name of ["../x", "a/../../x", "/etc/passwd", "C:/x", "..\\x", "a\\b"])
    await assert.rejects(open(zipOf([{ name, data: text("x") }])), {
      code: "file-hostile",
      message: /has a member named/,
    });
});

test("two members of one name are hostile", async () => {
  const twice = zipOf([parts[0]!, { ...parts[0]!, data: text("other") }]);
  await assert.rejects(open(twice), { code: "file-hostile", message: /two members named "stored\.txt"/ });
});

test("members that share bytes are hostile", async () => {
  const overlapping = zipOf([
    { name: "a", data: text("0123456789") },
    { name: "b", data: text("0123456789"), claims: { offset: 0 } },
  ]);
  await assert.rejects(open(overlapping), { code: "file-hostile", message: /overlap at byte 0/ });
});

test("encrypted members are refused, with the remedy", async () => {
  const encrypted = zipOf([{ name: "a", data: text("secret"), claims: { flags: 1, packedBytes: 18 } }]);
  await assert.rejects(open(encrypted), {
    code: "file-hostile",
    message: /is encrypted\. Pack it again without a password/,
  });
});

test("another packing than deflate is foreign", async () => {
  const lzma = zipOf([{ name: "a", data: text("x"), claims: { method: 14 } }]);
  await assert.rejects(read(lzma), { code: "file-foreign", message: /packed by method 14/ });
});

test("a checksum that differs is damage", async () => {
  const altered = zipOf([{ ...parts[0]!, claims: { crc: 1 } }]);
  await assert.rejects(read(altered), {
    code: "file-damaged",
    message: /"stored\.txt" is altered: its checksum differs/,
  });
});

test("offsets and counts beyond the file are damage, also where they are beyond 2^53", async () => {
  for (const offset of [5000, 2 ** 52, 2 ** 63]) {
    const far = zipOf([{ name: "a", data: text("x"), zip64: true, claims: { offset } }]);
    await assert.rejects(read(far), { code: "file-damaged" }, String(offset));
  }
  const many = Buffer.from(valid);
  many.writeUInt16LE(60_000, many.length - 22 + 10);
  await assert.rejects(open(many), { code: "file-damaged", message: /its directory is damaged/ });
});

test("other files are foreign, by name; a file that is missing is said to be", async () => {
  await assert.rejects(open(text("<html>")), { code: "file-foreign", message: /an HTML page, not a zip archive/ });
  await assert.rejects(open(Buffer.alloc(0)), { code: "file-foreign", message: /is empty/ });
  await assert.rejects(openZip(join(folder, "none.zip")), { code: "file-missing" });
});

test("a truncated archive is refused at every length", () => assertRefusesTruncation(valid, read));

test("damaged archives give an error of ours or a value", () => assertSurvivesDamage(valid, (bytes) => read(bytes)));

test("closing lets go of the file, also after an error", { skip: cannotCount }, async () => {
  const before = countOpenFiles();
  for (const bytes of [valid, valid.subarray(0, 50), zipOf([{ name: "../x", data: text("") }])])
    await read(bytes).catch(() => {});
  assert.equal(countOpenFiles(), before);
});

test("what Python packs is read, and Python reads what these tests make", { skip: noOracle }, async () => {
  const script = `
import sys, io, json, base64, zipfile
made = zipfile.ZipFile(io.BytesIO(base64.b64decode(sys.stdin.read())))
contents = {name: made.read(name).decode() for name in made.namelist()}
file = io.BytesIO()
with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as theirs:
    theirs.writestr("\\u00e9/a.txt", "text " * 50)
    with theirs.open("b", "w", force_zip64=True) as member:
        member.write(b"b")
print(json.dumps([contents, base64.b64encode(file.getvalue()).decode()]))`;
  const [contents, theirs] = JSON.parse(oracle(script, valid.toString("base64")));
  assert.equal(contents["folder/packed.txt"], "packed ".repeat(100));
  assert.deepEqual(
    [...(await read(Buffer.from(theirs, "base64")))],
    [
      ["é/a.txt", "text ".repeat(50)],
      ["b", "b"],
    ],
  );
});
