/** What a run was made with, and what it says when that is no longer so. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { libtorchInfo } from "../../src/engine/device.ts";
import { processorName } from "../../src/engine/machine.ts";
import { fusedVectors } from "../../src/engine/ops/fused.ts";
import { type Manifest, makeManifest, manifestChanges, readManifest } from "../../src/run/manifest.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "patina-manifest-")));
const start = process.cwd();
after(() => {
  process.chdir(start);
  rmSync(root, { recursive: true, force: true });
});
// Whatever holds the temporary folder is not the user's repository.
process.env.GIT_CEILING_DIRECTORIES = root;

const parts = {
  device: "cpu",
  threads: 2,
  seed: 7,
  dataFolder: "/data",
  data: { name: "cifar10", train: "aa", test: "bb" },
  split: { train: 40_000, held: 10_000, digest: "cc" },
};
const versions = { patina: "0.1.0", node: "24.1.0", libtorch: "2.5.1" };
const manifest: Manifest = { ...versions, processor: "EPYC, avx512", ...parts };

/** The commit in the manifest of a run that starts in the folder. */
function commitIn(folder: string): string | undefined {
  process.chdir(folder);
  return makeManifest(parts).commit;
}

function folderNamed(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

test("it names the versions, and what it was given", () => {
  process.chdir(root);
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
  assert.deepEqual(makeManifest(parts), {
    patina: version,
    node: process.versions.node,
    libtorch: libtorchInfo().version,
    processor: `${processorName()}, ${fusedVectors()}`,
    ...parts,
  });
});

test("outside of a repository there is no commit", () => {
  assert.equal(commitIn(folderNamed("plain")), undefined);
});

test("in a repository it holds the commit, with a plus where files differ from it", () => {
  const folder = folderNamed("repository");
  const git = (...words: string[]) => execFileSync("git", words, { cwd: folder, encoding: "utf8" }).trim();
  git("init", "--quiet");
  assert.equal(commitIn(folder), undefined); // no commit yet
  writeFileSync(join(folder, "robust.ts"), "");
  git("add", ".");
  git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--message", "first");
  const commit = git("rev-parse", "HEAD");
  assert.match(commit, /^[0-9a-f]{40}$/);
  assert.equal(commitIn(folder), commit);
  writeFileSync(join(folder, "result.txt"), ""); // git does not know it
  assert.equal(commitIn(folder), commit);
  writeFileSync(join(folder, "robust.ts"), "changed");
  assert.equal(commitIn(folder), `${commit}+`);
  mkdirSync(join(folder, "inner"));
  assert.equal(commitIn(join(folder, "inner")), `${commit}+`);
});

test("without git there is no commit", () => {
  const path = process.env.PATH;
  process.env.PATH = "/nonexistent";
  try {
    assert.equal(commitIn(join(root, "repository")), undefined);
  } finally {
    process.env.PATH = path;
  }
});

test("it is read as it was written", () => {
  for (const one of [manifest, { ...manifest, commit: "abc+" }]) {
    writeFileSync(join(root, "manifest.json"), JSON.stringify(one));
    assert.deepEqual(readManifest(root), one);
  }
});

test("a manifest that is missing, torn, enormous or of another form is refused", () => {
  const { seed: _, ...without } = manifest;
  const texts = [
    "",
    "{",
    "[]",
    JSON.stringify(without),
    JSON.stringify({ ...manifest, more: 1 }),
    " ".repeat(2 ** 20 + 1),
  ];
  for (const [index, text] of texts.entries()) {
    const folder = folderNamed(`wrong-${index}`);
    const expected = {
      code: "run",
      message: `${join(folder, "manifest.json")}: is not the manifest of a run. Name a folder made by patina train.`,
    };
    assert.throws(() => readManifest(folder), expected);
    writeFileSync(join(folder, "manifest.json"), text);
    assert.throws(() => readManifest(folder), expected, text.slice(0, 40));
  }
});

test("what would give other bytes is named, one line each", () => {
  const now = { ...manifest, patina: "0.2.0", node: "26.0.0", libtorch: "1.13.0", device: "cuda:0", threads: 4 };
  assert.deepEqual(manifestChanges(manifest, now), [
    "patina was 0.1.0, is 0.2.0",
    "node was 24.1.0, is 26.0.0",
    "libtorch was 2.5.1, is 1.13.0",
    "device was cpu, is cuda:0",
    "threads was 2, is 4",
  ]);
});

test("another place of the data, or another commit, changes nothing", () => {
  assert.deepEqual(manifestChanges(manifest, { ...manifest, dataFolder: "/elsewhere", commit: "abc" }), []);
});
