/** The package as a user gets it: packed, unpacked into an empty folder, used from there. Needs no network. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { writeTinyFashion } from "./tiny-data.ts";

const root = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const user = realpathSync(mkdtempSync(join(tmpdir(), "patina-package-")));
const installed = join(user, "node_modules", "patina");
// A libtorch that is not there: what needs none must work without it.
const environment = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  LIBTORCH: "/nonexistent",
};
after(() => rmSync(user, { recursive: true, force: true }));

const inUser = (command: string, ...args: string[]) =>
  spawnSync(command, args, { cwd: user, encoding: "utf8", env: environment });
const runModule = (text: string) => inUser(process.execPath, "--input-type=module", "-e", text);

/** What npm install does, but for the registry: unpacks the tarball, links what package.json asks for, and the command. */
before(() => {
  const npm = (...args: string[]) =>
    execFileSync("npm", [...args, "--silent"], { cwd: root, encoding: "utf8", env: environment });
  npm("run", "build");
  const [packed] = JSON.parse(npm("pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", user));
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(user, packed.filename), "-C", installed, "--strip-components=1"]);
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(user, "node_modules", name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(user, "node_modules", name));
  }
  mkdirSync(join(user, "node_modules", ".bin"));
  const command = join(installed, manifest.bin.patina);
  chmodSync(command, 0o755);
  symlinkSync(command, join(user, "node_modules", ".bin", "patina"));
  writeFileSync(join(user, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
});

test("the package holds compiled JavaScript, each with its types and map, the C++ sources, and no TypeScript", () => {
  const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
  const scripts = files.filter((name) => name.endsWith(".js"));
  const bare = scripts.filter((name) => !files.includes(name.replace(/js$/, "d.ts")) || !files.includes(`${name}.map`));
  assert.ok(scripts.length > 0);
  assert.deepEqual(bare, []);
  assert.deepEqual(
    files.filter((name) => /(?<!\.d)\.ts$/.test(name)),
    [],
  );
  assert.ok(files.includes("native/addon.cpp") && files.includes("README.md") && files.includes("LICENSE"));
});

test("each public entry exists with its types and can be imported without libtorch", () => {
  for (const [entry, targets] of Object.entries(manifest.exports as Record<string, Record<string, string>>)) {
    for (const target of Object.values(targets)) assert.ok(existsSync(join(installed, target)), `${target} is missing`);
    const { stdout, stderr } = runModule(
      `console.log(Object.keys(await import(${JSON.stringify(join("patina", entry))})).length > 0)`,
    );
    assert.equal(stdout.trim(), "true", stderr);
  }
});

test("patina/corrupt corrupts a picture without libtorch", () => {
  const { stdout, stderr } = runModule(`
    import { corruptPicture, createPicture } from "patina/corrupt";
    const picture = createPicture({ height: 8, width: 8, channels: 3 });
    const choice = { corruption: "gaussian_noise", severity: 5, dataSet: "mine", index: 0 };
    console.log(corruptPicture(picture, choice).bytes.some((byte) => byte > 0));`);
  assert.equal(stdout.trim(), "true", stderr);
});

test("npx patina corrupt makes a benchmark: the threads' own files are in the package", () => {
  writeTinyFashion(user, { train: 10, test: 10 });
  const words = ["corrupt", "fashion-mnist", "made", "--only", "contrast", "--data", user];
  const { stderr, status } = inUser("npx", "--offline", "patina", ...words);
  assert.equal(status, 0, stderr);
  assert.ok(existsSync(join(user, "made/contrast.npy")));
});

test("nothing but the public entries can be imported", () => {
  const { stderr } = runModule(`await import("patina/dist/errors.js")`);
  assert.match(stderr, /ERR_PACKAGE_PATH_NOT_EXPORTED/);
});

test("a program in TypeScript gets the types of the package", () => {
  writeFileSync(
    join(user, "program.ts"),
    `import { PatinaError } from "patina";\nconst code: "usage" = new PatinaError("usage", "text").code;\nconsole.log(code);\n`,
  );
  // As in any program for Node: its types are there, and among them those of `using`.
  const types = ["--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
  const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", ...types, "program.ts"];
  const { stdout } = inUser(process.execPath, join(root, "node_modules/typescript/bin/tsc"), ...flags);
  // The one mistake in the program is found, so the types are there and are not "any".
  assert.match(stdout, /program\.ts\(2,7\): error TS2322/);
  assert.equal(stdout.match(/error TS/g)?.length, 1, stdout);
});

test("npx patina runs from the user's folder without libtorch", () => {
  const { stdout, stderr, status } = inUser("npx", "--offline", "patina", "--help");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /Usage: patina/);
});

test("npx patina doctor says that libtorch is missing, what to type, and exits with 1", () => {
  const { stdout, status } = inUser("npx", "--offline", "patina", "doctor");
  assert.equal(status, 1);
  assert.match(stdout, /LIBTORCH=\/nonexistent/);
});
