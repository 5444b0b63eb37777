import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { addonPath, buildAddon, builtAddon } from "../../src/engine/build.ts";

const folder = mkdtempSync(join(tmpdir(), "patina build ")); // with a space: paths are not words
after(() => rmSync(folder, { recursive: true }));

// Includes nothing of ATen, so that it compiles in a moment; linked with libtorch like the real one.
const addonText = `#include <node_api.h>
#include "answer.h"
NAPI_MODULE_INIT() {
  napi_value value;
  napi_create_int32(env, answer(), &value);
  return value;
}
`;
const otherText = `#include "answer.h"\nint answer() { return ANSWER; }\n`;

function project(name: string) {
  const nativeFolder = join(folder, name, "native");
  mkdirSync(nativeFolder, { recursive: true });
  const write = (file: string, text: string) => writeFileSync(join(nativeFolder, file), text);
  write("addon.cpp", addonText);
  write("answer.cpp", otherText);
  write("answer.h", "#define ANSWER 41\nint answer();\n");
  write("apart.cpp", "int apart() { return 1; }\n");
  const buildFolder = join(folder, name, "build");
  const build = async () => {
    const said: string[] = [];
    const built = await buildAddon({ nativeFolder, buildFolder, say: (line) => said.push(line.split(" with ")[0]!) });
    return { built, said: said.sort() };
  };
  return { write, build, nativeFolder, buildFolder };
}

const load = (path: string) =>
  execFileSync(process.execPath, ["-p", `require(${JSON.stringify(path)})`], { encoding: "utf8" }).trim();

test("the addon is built, and loads", async () => {
  const { build, buildFolder } = project("whole");
  const { built, said } = await build();
  assert.deepEqual(said, ["compiling addon.cpp", "compiling answer.cpp", "compiling apart.cpp", "linking"]);
  assert.equal(load(built.path), "41");
  assert.equal(addonPath(buildFolder), built.path);
  assert.deepEqual(builtAddon(buildFolder), built);
});

test("a second build does nothing", async () => {
  const { build } = project("twice");
  const first = await build();
  const second = await build();
  assert.deepEqual(second.said, []);
  assert.deepEqual(second.built, first.built);
});

test("a note of another version, or damaged, counts as none: the addon is built again", async () => {
  const { build, buildFolder } = project("note");
  const { built } = await build();
  const note = join(buildFolder, "current.json");
  for (const text of [readFileSync(note, "utf8").replace("{", '{ "more": 1,'), "{", ""]) {
    writeFileSync(note, text);
    assert.equal(builtAddon(buildFolder), undefined);
    assert.deepEqual((await build()).built, built);
  }
});

test("a changed header compiles those files again that include it, and no other", async () => {
  const { build, write, nativeFolder } = project("header");
  const first = await build();
  write("answer.h", "#define ANSWER 42\nint answer();\n");
  const later = new Date(Date.now() + 2000); // so that the clock's grain cannot hide the change
  utimesSync(join(nativeFolder, "answer.h"), later, later);
  const { built, said } = await build();
  assert.deepEqual(said, ["compiling addon.cpp", "compiling answer.cpp", "linking"]);
  assert.equal(load(built.path), "42");
  assert.notEqual(built.path, first.built.path);
});

test("a file that does not compile is an error with the compiler's words, and the last addon stays", async () => {
  const { build, write, buildFolder } = project("broken");
  const { built } = await build();
  write("answer.cpp", "int answer() { return nonsense; }\n");
  await assert.rejects(build(), { code: "libtorch-missing", message: /compiling answer\.cpp failed[\s\S]*nonsense/ });
  assert.equal(addonPath(buildFolder), built.path);
  const left = readdirSync(buildFolder, { recursive: true, encoding: "utf8" }).filter((name) => name.includes(".tmp"));
  assert.deepEqual(left, []);
});

test("a missing compiler is an error that says what to type", async () => {
  const { nativeFolder, buildFolder } = project("without");
  await assert.rejects(buildAddon({ nativeFolder, buildFolder, compiler: "no-such-compiler" }), {
    code: "libtorch-missing",
    message: /"no-such-compiler" does not run\. Type: .*g\+\+/,
  });
  assert.equal(existsSync(buildFolder), false);
});

test("an addon that was never built is an error that names the command", () => {
  assert.throws(() => addonPath(join(folder, "nothing")), { code: "libtorch-missing", message: /patina setup/ });
});
