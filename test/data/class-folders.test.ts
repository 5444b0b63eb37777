import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listClassFolders } from "../../src/data/class-folders.ts";
import { temporaryFolder, writeFiles } from "./samples.ts";

const list = (files: Readonly<Record<string, string>>) => listClassFolders(writeFiles(temporaryFolder(), files));

test("classes are the sub-folders in sorted order, their pictures sorted by path", () => {
  const { classes, pictures } = list({ "dog/2.png": "", "dog/10.png": "abc", "cat/b.JPG": "", "Zebra/x.webp": "" });
  assert.deepEqual(classes, ["Zebra", "cat", "dog"]);
  assert.deepEqual(
    pictures.map(({ path, label, bytes }) => [path, label, bytes]),
    [
      ["Zebra/x.webp", 0, 0],
      ["cat/b.JPG", 1, 0],
      ["dog/10.png", 2, 3],
      ["dog/2.png", 2, 0],
    ],
  );
});

test("pictures in nested folders belong to the class at the top", () => {
  const { pictures } = list({ "a/images/1.png": "", "a/more/deep/2.png": "", "b/1.png": "" });
  assert.deepEqual(
    pictures.map(({ path, label }) => [path, label]),
    [
      ["a/images/1.png", 0],
      ["a/more/deep/2.png", 0],
      ["b/1.png", 1],
    ],
  );
});

test("every ending of a picture is taken, in small and capital letters", () => {
  const names = ["a.jpg", "b.JPEG", "c.png", "d.webp", "e.gif", "f.tif", "g.TIFF"];
  const files = Object.fromEntries(["x", "y"].flatMap((folder) => names.map((name) => [`${folder}/${name}`, ""])));
  assert.equal(list(files).pictures.length, 14);
});

test("hidden files and folders and Thumbs.db are passed over, other files are told of", () => {
  const { classes, pictures, skipped } = list({
    "a/1.png": "",
    "a/.DS_Store": "",
    "a/._1.png": "",
    "a/Thumbs.db": "",
    "a/notes.txt": "",
    "b/1.png": "",
    ".git/config": "",
    "README.md": "",
  });
  assert.deepEqual([classes, pictures.length, skipped], [["a", "b"], 2, ["README.md", "a/notes.txt"]]);
});

test("links to files and folders are followed", () => {
  const folder = writeFiles(temporaryFolder(), { "real/1.png": "12345", "elsewhere/2.png": "", "root/a/x.png": "" });
  symlinkSync(join(folder, "real"), join(folder, "root/b"));
  symlinkSync(join(folder, "elsewhere/2.png"), join(folder, "root/a/2.png"));
  const { classes, pictures } = listClassFolders(join(folder, "root"));
  assert.deepEqual([classes, pictures.length, pictures[2]?.bytes], [["a", "b"], 3, 5]);
});

test("a folder that contains itself is refused", () => {
  const folder = writeFiles(temporaryFolder(), { "a/1.png": "", "b/1.png": "" });
  symlinkSync(join(folder, "a"), join(folder, "a/again"));
  assert.throws(() => listClassFolders(folder), { code: "data", message: /a\/again: is a link to a folder/ });
});

test("a link to nothing, and one to itself, are refused", () => {
  const folder = writeFiles(temporaryFolder(), { "a/1.png": "", "b/1.png": "" });
  symlinkSync(join(folder, "gone"), join(folder, "b/2.png"));
  assert.throws(() => listClassFolders(folder), { code: "data", message: /b\/2\.png: is a link to nothing/ });
  rmSync(join(folder, "b/2.png"));
  symlinkSync("3.png", join(folder, "b/3.png"));
  assert.throws(() => listClassFolders(folder), { code: "data", message: /b\/3\.png: is a link to nothing/ });
});

test("a class without pictures is refused, and named", () => {
  const folder = writeFiles(temporaryFolder(), { "a/1.png": "", "b/notes.txt": "" });
  assert.throws(() => listClassFolders(folder), { code: "data", message: /\/b: holds no pictures/ });
  mkdirSync(join(folder, "aa"));
  assert.throws(() => listClassFolders(folder), { code: "data", message: /\/aa: holds no pictures/ });
});

test("a folder with one class, or none, is refused", () => {
  assert.throws(() => list({ "a/1.png": "" }), { code: "data", message: /has one sub-folder only \(a\)/ });
  assert.throws(() => list({ "1.png": "" }), { code: "data", message: /has no sub-folders/ });
});

test("parts are not taken for classes", () => {
  assert.throws(() => list({ "train/a/1.png": "", "test/a/1.png": "" }), {
    code: "data",
    message: /its sub-folders are test, train: parts.*Name one of them/,
  });
});

test("a picture beside the classes is refused, and named", () => {
  assert.throws(() => list({ "a/1.png": "", "b/1.png": "", "sheet.png": "" }), {
    code: "data",
    message: /a picture lies beside the sub-folders of the classes \(sheet\.png\)/,
  });
});

test("a missing folder, and a file in place of one, are refused", () => {
  const folder = writeFiles(temporaryFolder(), { "a.txt": "" });
  assert.throws(() => listClassFolders(join(folder, "none")), {
    code: "file-missing",
    message: /none: does not exist/,
  });
  assert.throws(() => listClassFolders(join(folder, "a.txt")), { code: "file-missing", message: /is not a folder/ });
});
