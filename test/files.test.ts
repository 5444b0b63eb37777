import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, mock, test } from "node:test";
import {
  checkNewFile,
  fileSize,
  makeFolder,
  moveIntoPlace,
  readBounded,
  readInPieces,
  readStart,
  sha256,
  sha256File,
  syncFolder,
  temporaryFor,
  writeAtomically,
  writeError,
  writeWhole,
} from "../src/files.ts";
import { makeReadOnly, onSmallDisk } from "./small-disk.ts";

const root = mkdtempSync(join(tmpdir(), "patina-files-"));
const folder = join(root, "folder");
const path = join(folder, "a.txt");
after(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

const files = () => readdirSync(folder);

test("text, bytes and parts are written whole, over an older file too", () => {
  writeAtomically(path, "é");
  assert.deepEqual(readFileSync(path), Buffer.from("é"));
  writeAtomically(path, Uint8Array.of(1, 2));
  assert.deepEqual([...readFileSync(path)], [1, 2]);
  writeAtomically(path, [Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3)]);
  assert.deepEqual([...readFileSync(path)], [1, 2, 3]);
  assert.deepEqual(files(), ["a.txt"]);
});

/** Lets the operating system fail at one step of writing. */
function failAt(step: "openSync" | "writeSync" | "fsyncSync" | "renameSync", code: string, work: () => void): void {
  mock.method(fs, step, () => {
    throw Object.assign(new Error(code), { code });
  });
  syncBuiltinESMExports();
  try {
    work();
  } finally {
    mock.restoreAll();
    syncBuiltinESMExports();
  }
}

for (const step of ["openSync", "writeSync", "fsyncSync", "renameSync"] as const)
  test(`a failure in ${step} leaves the old file, and nothing else`, () => {
    writeFileSync(path, "old");
    failAt(step, "ENOSPC", () => {
      assert.throws(() => writeAtomically(path, "new"), {
        code: "file-system",
        message: `${path}: the disk is full. Nothing was left half-written. Free some space and try again.`,
      });
    });
    assert.equal(readFileSync(path, "utf8"), "old");
    assert.deepEqual(files(), ["a.txt"]);
  });

test("a system that takes few bytes at a time gets all of them", () => {
  const { writeSync } = fs;
  mock.method(fs, "writeSync", (file: number, bytes: Uint8Array, offset: number, length: number) =>
    writeSync(file, bytes, offset, Math.min(length, 3)),
  );
  syncBuiltinESMExports();
  try {
    writeAtomically(path, "ten bytes.");
  } finally {
    mock.restoreAll();
    syncBuiltinESMExports();
  }
  assert.equal(readFileSync(path, "utf8"), "ten bytes.");
});

test("the system is asked to take 1 GiB at once at the most, since it and Node take less than 2", () => {
  const asked: [offset: number, length: number, position: number | null][] = [];
  mock.method(
    fs,
    "writeSync",
    (_file: number, _bytes: Uint8Array, offset: number, length: number, at: number | null) => {
      asked.push([offset, length, at]);
      return length;
    },
  );
  syncBuiltinESMExports();
  try {
    const bytes = new Uint8Array(2 ** 31 + 5); // never touched: it takes no memory
    writeWhole(0, bytes);
    writeWhole(0, bytes.subarray(0, 2 ** 30 + 1), 7);
  } finally {
    mock.restoreAll();
    syncBuiltinESMExports();
  }
  assert.deepEqual(asked, [
    [0, 2 ** 30, null],
    [2 ** 30, 2 ** 30, null],
    [2 ** 31, 5, null],
    [0, 2 ** 30, 7],
    [2 ** 30, 1, 2 ** 30 + 7],
  ]);
});

/** Runs a program that imports src/files.ts, under a shell's limits. */
function runLimited(limits: string, program: string) {
  const source = `import { writeAtomically } from ${JSON.stringify(join(import.meta.dirname, "../src/files.ts"))}; ${program}`;
  const command = `${limits}; exec "$0" --input-type=module -e "$1" "$2"`;
  return spawnSync("sh", ["-c", command, process.execPath, source, path], { encoding: "utf8" });
}

test("a real limit on the size of files leaves the old file, and nothing else", () => {
  writeFileSync(path, "old");
  const program = `try { writeAtomically(process.argv[1], new Uint8Array(1 << 20)); } catch (e) { console.log(e.code, e.message); }`;
  const { stdout } = runLimited("ulimit -f 8", program); // 8 blocks of 512 or 1024 bytes
  assert.match(stdout, /^file-system .*a\.txt: cannot be written \(EFBIG\)/);
  assert.equal(readFileSync(path, "utf8"), "old");
  assert.deepEqual(files(), ["a.txt"]);
});

test("a full disk leaves the old file, and nothing else", (context) => {
  onSmallDisk(context, (disk) => {
    const file = join(disk, "a.txt");
    writeFileSync(file, "old");
    assert.throws(() => writeAtomically(file, new Uint8Array(1 << 20)), {
      code: "file-system",
      message: /disk is full/,
    });
    assert.equal(readFileSync(file, "utf8"), "old");
    assert.deepEqual(readdirSync(disk), ["a.txt"]);
  });
});

test("a process that is killed in the midst of writing leaves the old file", () => {
  writeFileSync(path, "old");
  for (const step of ["writeSync", "fsyncSync", "closeSync", "renameSync"]) {
    const program = `
      import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
      fs.${step} = () => process.kill(process.pid, "SIGKILL"); syncBuiltinESMExports();
      writeAtomically(process.argv[1], "new");`;
    assert.equal(runLimited("true", program).signal, "SIGKILL");
    assert.equal(readFileSync(path, "utf8"), "old", step);
    assert.ok(files().every((name) => name === "a.txt" || /^\.a\.txt\.[0-9a-f]{12}\.tmp$/.test(name)));
  }
});

test("a folder that is missing, a file in its place, and a folder in the file's place are errors with what to do", () => {
  assert.throws(() => writeAtomically(join(folder, "none", "a"), ""), {
    code: "file-missing",
    message: /its folder does not exist\. Create .*none first\.$/,
  });
  writeFileSync(path, "old");
  assert.throws(() => writeAtomically(join(path, "b"), ""), { name: "PatinaError", code: "file-missing" });
  mkdirSync(join(folder, "full", "inner"), { recursive: true });
  assert.throws(() => writeAtomically(join(folder, "full"), ""), { code: "file-system" });
  assert.deepEqual(files(), ["a.txt", "full"]);
});

const isRoot = process.getuid?.() === 0 && "root may write everywhere";
test("a folder without permission is an error that says so", { skip: isRoot }, () => {
  fs.chmodSync(folder, 0o500);
  assert.throws(() => writeAtomically(path, ""), { code: "file-system", message: /no permission to write here/ });
  fs.chmodSync(folder, 0o700);
});

test("a folder is made with those above it; one that is there stays as it is", () => {
  makeFolder(join(folder, "a", "b", "c"));
  writeFileSync(join(folder, "a", "b", "c", "kept"), "");
  makeFolder(join(folder, "a", "b", "c"));
  assert.deepEqual(readdirSync(join(folder, "a", "b", "c")), ["kept"]);
});

test("a folder that cannot be made is an error with the reason, its own or that of one above it", (context) => {
  writeFileSync(path, "");
  assert.throws(() => makeFolder(path), {
    code: "file-exists",
    message: `${path}: is there already. Choose another name, or remove it.`,
  });
  assert.throws(() => makeFolder(join(path, "b", "c")), { code: "file-exists", message: /a\.txt: is there already/ });
  onSmallDisk(context, (disk) => {
    makeReadOnly(disk);
    assert.throws(() => makeFolder(join(disk, "a", "b")), {
      code: "file-system",
      message: /a: no permission to write/,
    });
  });
});

test("what is whole moves into its place; where it cannot, it is an error and both stay", () => {
  const whole = temporaryFor(path);
  assert.match(whole, /\/\.a\.txt\.[0-9a-f]{12}\.tmp$/);
  writeFileSync(whole, "whole");
  moveIntoPlace(whole, path);
  assert.equal(readFileSync(path, "utf8"), "whole");
  mkdirSync(join(folder, "full", "inner"), { recursive: true });
  assert.throws(() => moveIntoPlace(path, join(folder, "full")), { code: "file-system" });
  assert.deepEqual(files(), ["a.txt", "full"]);
});

test("reasons to fail are told apart by what to do", () => {
  const told = (code: string) => writeError("a", Object.assign(new Error(), { code })).message;
  assert.match(told("EDQUOT"), /the disk is full/);
  assert.match(told("EROFS"), /no permission/);
  assert.match(told("EIO"), /cannot be written \(EIO\)/);
});

test("a file within its limit is read, one byte more is refused before memory is taken", () => {
  writeFileSync(path, "12345");
  assert.equal(readBounded(path, 5).toString(), "12345");
  assert.throws(() => readBounded(path, 4), {
    code: "file-hostile",
    message: `${path}: has 5 bytes, more than the 4 that such a file may have.`,
  });
  fs.truncateSync(path, 2 ** 40); // holes: takes no room
  assert.throws(() => readBounded(path, 2 ** 30), { code: "file-hostile" });
});

test("the start of a file is read, all of it where it is shorter", () => {
  writeFileSync(path, "12345");
  assert.equal(readStart(path, 2).toString(), "12");
  assert.equal(readStart(path, 100).toString(), "12345");
  writeFileSync(path, "");
  assert.equal(readStart(path, 100).length, 0);
});

test("what is missing, or no file, is said to be, by every reader", () => {
  for (const read of [
    fileSize,
    sha256File,
    (path: string) => readBounded(path, 9),
    (path: string) => readStart(path, 9),
  ]) {
    assert.throws(() => read(path), { code: "file-missing", message: `${path}: does not exist. Check the path.` });
    assert.throws(() => read(join(folder, "a", "b")), { code: "file-missing" });
    assert.throws(() => read(folder), { code: "file-missing", message: `${folder}: is not a file. Name a file.` });
  }
});

test("a failure of the system while reading is an error of ours", () => {
  writeFileSync(path, "12345");
  for (const [code, message] of [
    ["EACCES", /no permission to read it/],
    ["EIO", /cannot be read \(EIO\)/],
  ] as const)
    failAt("openSync", code, () => {
      assert.throws(() => readBounded(path, 9), { code: "file-system", message });
      assert.throws(() => sha256File(path), { code: "file-system", message });
    });
});

test("hashes are those of FIPS 180-4, of files longer than a piece too", () => {
  assert.equal(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(sha256(Buffer.from("abc")), sha256("abc"));
  const long = Buffer.alloc((4 << 20) + 5, 7);
  writeFileSync(path, long);
  assert.equal(sha256File(path), sha256(long));
});

test("a file is read in pieces of a mebibyte, its rest last, and is closed where the reader stops early", () => {
  const bytes = Buffer.alloc((2 << 20) + 3, 7);
  writeFileSync(path, bytes);
  assert.deepEqual(
    [...readInPieces(path)].map(({ length }) => length),
    [1 << 20, 1 << 20, 3],
  );
  const close = mock.method(fs, "closeSync");
  syncBuiltinESMExports();
  for (const _ of readInPieces(path)) break;
  assert.equal(close.mock.callCount(), 1);
  mock.restoreAll();
  syncBuiltinESMExports();
  assert.throws(() => [...readInPieces(join(folder, "none"))], { code: "file-missing" });
});

test("a folder is made durable; one that is missing is an error", () => {
  syncFolder(folder);
  assert.throws(() => syncFolder(join(folder, "none")));
  assert.ok(existsSync(folder));
});

test("a file that is there, or has no folder, is refused before work is done for it; one of ours with its mark is not", () => {
  const path = join(folder, "there");
  const kind = { name: "page", mark: "<made>" };
  writeFileSync(path, "<made> by us");
  checkNewFile(join(folder, "new"));
  checkNewFile(path, kind);
  assert.throws(() => checkNewFile(path), { code: "file-exists", message: /nothing is overwritten/ });
  writeFileSync(path, "a user's");
  assert.throws(() => checkNewFile(path, kind), { code: "file-exists", message: /is no page of Patina/ });
  assert.throws(() => checkNewFile(folder, kind), { code: "file-exists" });
  assert.throws(() => checkNewFile(join(folder, "none", "new")), {
    code: "file-missing",
    message: /Create .*none first/,
  });
  assert.throws(() => checkNewFile(join(path, "new")), { code: "file-missing", message: /its folder is a file/ });
});
