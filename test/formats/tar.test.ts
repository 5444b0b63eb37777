import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { streamTar } from "../../src/formats/tar.ts";
import { cannotCount, countOpenFiles } from "../open-files.ts";
import { noOracle, oracle } from "../oracle.ts";
import { tarOf } from "./archives.ts";
import { assertRefusesTruncation, assertSurvivesDamage } from "./mutations.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-tar-"));
const path = join(folder, "archive"); // no ending: the content decides
after(() => rmSync(folder, { recursive: true, force: true }));

const text = (content: string) => Buffer.from(content);
const valid = tarOf([
  { name: "./folder/", type: "5" },
  { name: "./folder/a.txt", data: text("first") },
  { name: "b.bin", data: Buffer.alloc(1500, 7) },
  { name: "empty" },
]);

async function read(bytes: Uint8Array, limitBytes = 10_000, want?: (name: string) => boolean) {
  writeFileSync(path, bytes);
  const members: [string, string][] = [];
  const options = want === undefined ? { limitBytes } : { limitBytes, want };
  for await (const { name, pieces } of streamTar(path, options)) {
    const bytes: Uint8Array[] = [];
    for await (const piece of pieces) bytes.push(piece);
    members.push([name, Buffer.concat(bytes).toString("latin1")]);
  }
  return members;
}
const contents = [
  ["folder/a.txt", "first"],
  ["b.bin", "\x07".repeat(1500)],
  ["empty", ""],
];

test("files come in their order, whole, without ./ and folders", async () => {
  assert.deepEqual(await read(valid), contents);
});

test("a packed archive gives the same", async () => {
  assert.deepEqual(await read(gzipSync(valid)), contents);
});

test("only wanted members are read, and only they must be within the limit", async () => {
  assert.deepEqual(await read(valid, 10, (name) => name.endsWith(".txt")), [["folder/a.txt", "first"]]);
  await assert.rejects(read(valid, 10), { code: "file-hostile", message: /"b\.bin" has 1500 bytes; 10 are allowed/ });
});

test("members may be read in pieces, left in their midst, or not at all", { timeout: 10_000 }, async () => {
  const large = Buffer.alloc(1 << 20, 65);
  const names = ["unread", "left", "whole", "last"];
  writeFileSync(path, tarOf(names.map((name) => ({ name, data: large }))));
  const lengths: [string, number, number][] = [];
  for await (const { name, bytes, pieces } of streamTar(path, { limitBytes: 1 << 20 })) {
    let length = 0;
    if (name !== "unread")
      for await (const piece of pieces) {
        length += piece.length;
        if (name === "left") break;
      }
    lengths.push([name, bytes, length === 0 || length === 1 << 20 ? length : 1]);
  }
  assert.deepEqual(
    lengths,
    names.map((name) => [name, 1 << 20, { unread: 0, left: 1 }[name] ?? 1 << 20]),
  );
});

test("members of the size of a block, one less and one more, come whole", async () => {
  for (const size of [511, 512, 513]) {
    const [member] = await read(tarOf([{ name: "a", data: Buffer.alloc(size, 65) }]));
    assert.equal(member![1], "A".repeat(size));
  }
});

test("links and devices are hostile, by name and kind, wanted or not", async () => {
  const kinds = { "1": "a link", "2": "a symlink", "3": "a character device", "4": "a block device", "6": "a fifo" };
  for (const [type, kind] of Object.entries(kinds))
    await assert.rejects(
      read(tarOf([{ name: "x", type }]), 10, () => false),
      {
        code: "file-hostile",
        message: new RegExp(`its member "x" is ${kind}, not a file or folder`),
      },
    );
  await assert.rejects(read(tarOf([{ name: "x", type: "Z" }])), { message: /of an unknown kind/ });
});

test("names that are absolute or lead out are hostile, of folders too", async () => {
  for (const name of ["../x", "a/../../x", "/etc/passwd", "./../x", "..\\x"])
    for (const type of ["0", "5"])
      await assert.rejects(read(tarOf([{ name, type }])), { code: "file-hostile", message: /has a member named/ });
});

test("an archive that unpacks to hundreds of times its size is refused, though nothing of it is wanted", async () => {
  const header = gzipSync(tarOf([{ name: "zeros", claims: 65 << 20 }]).subarray(0, 512));
  const zeros = gzipSync(Buffer.alloc(1 << 20));
  const bomb = Buffer.concat([header, ...new Array<Buffer>(66).fill(zeros)]);
  const before = process.memoryUsage().arrayBuffers;
  await assert.rejects(
    read(bomb, 10, () => false),
    { code: "file-hostile", message: /unpacks to more than 67108864 bytes/ },
  );
  assert.ok(process.memoryUsage().arrayBuffers - before < 32 << 20);
});

test("a size that is only claimed takes no memory", async () => {
  const before = process.memoryUsage().arrayBuffers;
  const claims = 8 ** 11 - 1; // 8 GiB
  await assert.rejects(read(tarOf([{ name: "a", data: text("x"), claims }]), 2 ** 40), { code: "file-damaged" });
  assert.ok(process.memoryUsage().arrayBuffers - before < 8 << 20);
});

test("other files are foreign, by name, packed or not", async () => {
  await assert.rejects(read(text("<html>")), { code: "file-foreign", message: /an HTML page, not a tar archive/ });
  await assert.rejects(read(Buffer.alloc(0)), { code: "file-foreign", message: /is empty/ });
  await assert.rejects(read(gzipSync(text("short"))), { code: "file-foreign", message: /not a tar archive/ });
  await assert.rejects(read(gzipSync(`%PDF${"x".repeat(2000)}`)), { code: "file-foreign", message: /a PDF document/ });
  await assert.rejects(read(gzipSync("")), { code: "file-foreign", message: /is empty/ });
  await assert.rejects(streamTar(join(folder, "none"), { limitBytes: 1 }).next(), { code: "file-missing" });
});

test("an altered header or packing is damage", async () => {
  const altered = Buffer.from(valid);
  altered[512]! ^= 1;
  await assert.rejects(read(altered), { code: "file-damaged", message: /Invalid tar header/ });
  const packed = gzipSync(valid);
  packed[packed.length - 6]! ^= 1;
  await assert.rejects(read(packed), { code: "file-damaged", message: /compressed data is altered/ });
});

test("an archive cut between two members is damage, though each is whole", async () => {
  await assert.rejects(read(valid.subarray(0, 512 + 1024)), {
    code: "file-damaged",
    message: /truncated: its end is missing/,
  });
});

test("a truncated archive is refused at every length, but in the zeros at its end", async () => {
  await assertRefusesTruncation(valid.subarray(0, -512), read, ["file-damaged", "file-foreign"], 37);
  await assertRefusesTruncation(gzipSync(valid), read);
});

test("damaged archives give an error of ours or a value", async () => {
  await assertSurvivesDamage(valid, (bytes) => read(bytes), 150);
  await assertSurvivesDamage(gzipSync(valid), (bytes) => read(bytes), 150);
});

test("stopping in the midst lets go of the file", { skip: cannotCount }, async () => {
  writeFileSync(
    path,
    tarOf([
      { name: "a", data: text("x") },
      { name: "b", data: Buffer.alloc(1 << 20) },
    ]),
  );
  const before = countOpenFiles();
  for await (const _ of streamTar(path, { limitBytes: 10 })) break;
  for (let turns = 0; turns < 100 && countOpenFiles() > before; turns++) await turn();
  assert.equal(countOpenFiles(), before);
});

test("what Python's tarfile writes is read: long names, letters beyond ASCII, old and new headers", {
  skip: noOracle,
}, async () => {
  const script = `
import io, json, base64, tarfile
files = []
for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
    for mode in ("w", "w:gz"):
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode=mode, format=form) as archive:
            for name in ("a.txt", "l" * 90 + "/" + "n" * 90, "\\u00e9.txt"):
                member = tarfile.TarInfo(name)
                member.size = 3
                archive.addfile(member, io.BytesIO(b"abc"))
        files.append(base64.b64encode(file.getvalue()).decode())
print(json.dumps(files))`;
  const names = ["a.txt", `${"l".repeat(90)}/${"n".repeat(90)}`, "é.txt"];
  for (const file of JSON.parse(oracle(script)) as string[])
    assert.deepEqual(
      await read(Buffer.from(file, "base64")),
      names.map((name) => [name, "abc"]),
    );
});
