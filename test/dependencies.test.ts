import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json"));

/** The names in the first column of the table under a heading of docs/dependencies.md, which must give a reason too. */
function listed(heading: string): string[] {
  const section = read("docs/dependencies.md").split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| `([^`]+)` \| .{10,} \|$/gm)].map((match) => match[1]!);
}

test("docs/dependencies.md gives a reason for each package of run time, and for no other", () => {
  assert.deepEqual(listed("At run time").sort(), Object.keys(manifest.dependencies).sort());
});

test("docs/dependencies.md gives a reason for each package that is optional, and for no other", () => {
  assert.deepEqual(listed("Where wanted").sort(), Object.keys(manifest.peerDependencies).sort());
  assert.deepEqual(Object.keys(manifest.peerDependenciesMeta).sort(), Object.keys(manifest.peerDependencies).sort());
});

test("docs/dependencies.md gives a reason for each package of development, and for no other", () => {
  assert.deepEqual(listed("For development").sort(), Object.keys(manifest.devDependencies).sort());
});

test("the package runs nothing when it is installed", () => {
  const scripts = Object.keys(manifest.scripts).filter((name) => /^(pre|post)?(install|prepare|publish)/.test(name));
  assert.deepEqual(scripts, []);
});

test("the lock file names no host: packages come from wherever npm is told to look", () => {
  assert.doesNotMatch(read("package-lock.json"), /"resolved":/);
  assert.doesNotMatch(read("scripts/node/package-lock.json"), /"resolved":/);
});

test("the lock file holds the binaries of every system that its packages name", () => {
  const { packages } = JSON.parse(read("package-lock.json"));
  const wanted = Object.values(packages as Record<string, { optionalDependencies?: Record<string, string> }>).flatMap(
    ({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}),
  );
  // npm ci refuses a lock file that lacks one of them, on every system.
  const missing = wanted.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)));
  assert.deepEqual(missing, []);
});
