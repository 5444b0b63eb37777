/** The command as a process: its streams, its status, and what it loads. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const main = join(import.meta.dirname, "../../src/cli/main.ts");
const folder = mkdtempSync(join(tmpdir(), "patina-main-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const patina = (...words: string[]) => spawnSync(process.execPath, [main, ...words], { encoding: "utf8" });

test("the status of a command is that of the process; results go to stdout, errors to stderr", () => {
  const { status, stdout, stderr } = patina("list", "--json");
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  assert.ok(JSON.parse(stdout).length > 0);
  assert.deepEqual(
    { ...pick(patina("shwo")) },
    { status: 2, stdout: "", stderr: 'patina: unknown command "shwo". Did you mean "show"?\n' },
  );
});

test("an error in the user's own file is one message; with --verbose it shows where", () => {
  const path = join(folder, "throws.ts");
  writeFileSync(path, '\nthrow new TypeError("no such thing");\n');
  const message = `patina: ${path}, line 2: cannot be run (TypeError: no such thing). Mend it.\n`;
  assert.deepEqual(pick(patina("show", path)), { status: 2, stdout: "", stderr: message });
  assert.match(patina("show", path, "--verbose").stderr, /\ncaused by TypeError: no such thing\n +at .*throws\.ts:2:7/);
});

/** Makes loading the addon an error, which names it. */
const guard = join(folder, "guard.cjs");
writeFileSync(
  guard,
  `const load = process.dlopen;
process.dlopen = (module, file, ...rest) => {
  if (/patina/.test(require("node:path").basename(file))) throw new Error("loaded " + file);
  return load.call(process, module, file, ...rest);
};\n`,
);
const guarded = (...words: string[]) =>
  spawnSync(process.execPath, ["--require", guard, main, ...words], {
    encoding: "utf8",
    env: { ...process.env, LIBTORCH: "/nonexistent" },
  });

for (const words of [["--help"], ["train", "--help"], ["export", "--help"], ["list"], ["show", "fashion-mnist"]])
  test(`patina ${words.join(" ")} loads nothing of libtorch`, () => {
    const { status, stderr } = guarded(...words);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  });

test("training does load it, so that the check of the others means something", () => {
  assert.match(guarded("train", "fashion-mnist").stderr, /loaded .*patina/);
});

test("whoever stops reading the results ends the command quietly", async () => {
  const child = spawn(process.execPath, [main, "show", "cifar10"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
});

test("where nobody reads the progress any more, the command goes on to its end", async () => {
  const child = spawn(process.execPath, [main, "nothing"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.destroy();
  assert.equal(await new Promise((resolve) => child.on("close", resolve)), 2);
});

test("results that cannot be written are an error", {
  skip: !existsSync("/dev/full") && "there is no /dev/full",
}, () => {
  const { status, stderr } = spawnSync("sh", ["-c", '"$0" "$1" list > /dev/full', process.execPath, main], {
    encoding: "utf8",
  });
  assert.deepEqual({ status, stderr }, { status: 1, stderr: "patina: the results cannot be written (ENOSPC).\n" });
});

function pick({ status, stdout, stderr }: ReturnType<typeof patina>) {
  return { status, stdout, stderr };
}
