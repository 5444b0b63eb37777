/** The folder of a run: made whole, and written to by one process at a time. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import crypto from "node:crypto";
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, mock, test } from "node:test";
import { createRun, openRun, readExperiment } from "../../src/run/run.ts";
import { fill, makeReadOnly, onSmallDisk } from "../small-disk.ts";

const root = mkdtempSync(join(tmpdir(), "patina-run-"));
after(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
/** A new folder for runs. */
const newFolder = () => join(root, String(count++));
/** A new run that nobody writes to. */
function closedRun(): string {
  const run = createRun(newFolder(), "test", { data: "x" }, { seed: 0 });
  run.close();
  return run.path;
}
const files = (folder: string) => readdirSync(folder).sort();
const isLocked = (run: string) => files(run).some((name) => name.startsWith("lock"));

/** Another program that opens the run, says what came of it, and waits for its end. */
const opener = `import { openRun } from ${JSON.stringify(join(import.meta.dirname, "../../src/run/run.ts"))};
  try { openRun(process.argv[1]); console.log("open"); setInterval(() => {}, 1000); }
  catch (error) { console.log(error.code + " " + error.message); }`;
const open = (run: string) => spawn(process.execPath, ["--input-type=module", "-e", opener, run]);

const said = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => child.stdout!.once("data", (text) => resolve(String(text).trim())));

async function kill(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await closed;
}

test("a run's folder is named by the experiment, the day, and four hexadecimal digits", () => {
  const run = createRun(newFolder(), "robust_2", {}, {});
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  assert.match(basename(run.path), new RegExp(`^robust_2-${day}-[0-9a-f]{4}$`));
});

test("what no folder can be named by becomes a hyphen, so that no run leaves the folder of runs", () => {
  for (const [name, expected] of [
    ["paper/cifar10", "paper-cifar10"],
    ["../../etc", "etc"],
    [".hidden", "hidden"],
    ["a b\n", "a-b-"],
    ["..", "experiment"],
    ["", "experiment"],
  ]) {
    const folder = newFolder();
    const { path } = createRun(folder, name!, {}, {});
    assert.match(path, new RegExp(`^${join(folder, expected!)}-\\d{8}-[0-9a-f]{4}$`));
  }
});

test("it holds the experiment and the manifest as they were given, and a folder for checkpoints", () => {
  const experiment = { data: "cifar10", train: { epochs: 3 } };
  const run = createRun(newFolder(), "test", experiment, { seed: 7 });
  run.close();
  assert.deepEqual(files(run.path), ["checkpoints", "experiment.json", "manifest.json"]);
  assert.equal(readFileSync(join(run.path, "experiment.json"), "utf8"), `${JSON.stringify(experiment, null, 2)}\n`);
  assert.equal(readFileSync(join(run.path, "manifest.json"), "utf8"), '{\n  "seed": 7\n}\n');
  assert.deepEqual(readExperiment(run.path), experiment);
  assert.equal(run.checkpoints, join(run.path, "checkpoints"));
});

test("before it has all of that, it is not there", () => {
  const folder = newFolder();
  const { renameSync } = fs;
  const moments: string[][] = [];
  mock.method(fs, "renameSync", (from: string, to: string) => {
    renameSync(from, to);
    moments.push(readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replace(/^[^/]*/, "")));
  });
  const { path } = withMocks(() => createRun(folder, "test", {}, {}));
  assert.equal(moments.length, 3); // experiment, manifest, then the folder itself
  const names = moments.at(-1)!.sort();
  assert.deepEqual(names, ["", "/checkpoints", "/experiment.json", "/manifest.json"]);
  assert.deepEqual(files(folder), [basename(path)]);
});

test("a name that is taken already is not used again", () => {
  const folder = newFolder();
  const bytes = ["0001", "0001", "0002"].map((hex) => Buffer.from(hex, "hex"));
  const { randomBytes } = crypto;
  mock.method(crypto, "randomBytes", (size: number) => (size === 2 ? bytes.shift() : randomBytes(size)));
  const [first, second] = withMocks(() => [createRun(folder, "test", {}, {}), createRun(folder, "test", {}, {})]);
  assert.match(first!.path, /-0001$/);
  assert.match(second!.path, /-0002$/);
});

test("where it cannot be made whole, nothing of it is left", () => {
  const folder = newFolder();
  mock.method(fs, "renameSync", (_from: string, to: string) => {
    if (!to.endsWith(".json")) throw Object.assign(new Error("EIO"), { code: "EIO" });
  });
  assert.throws(() => withMocks(() => createRun(folder, "test", {}, {})), { code: "file-system" });
  assert.deepEqual(files(folder), []);
});

test("on a full disk nothing of it is left", (context) => {
  onSmallDisk(context, (disk) => {
    fill(disk);
    assert.throws(() => createRun(disk, "test", {}, {}), { code: "file-system", message: /the disk is full/ });
    assert.deepEqual(files(disk), ["filler"]);
  });
});

test("where nothing may be written, that is said", (context) => {
  onSmallDisk(context, (disk) => {
    makeReadOnly(disk);
    assert.throws(() => createRun(disk, "test", {}, {}), { code: "file-system", message: /no permission to write/ });
  });
});

test("a file in the place of the folder of runs is an error that says so", () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  assert.throws(() => createRun(file, "test", {}, {}), {
    code: "file-exists",
    message: `${file}: is there already. Choose another name, or remove it.`,
  });
});

test("a folder that is no run is refused, with what to name", () => {
  const folder = newFolder();
  mkdirSync(folder);
  assert.throws(() => openRun(folder), {
    code: "run",
    message: `${folder}: is not the folder of a run (it has no experiment.json). Name one made by patina train.`,
  });
  assert.deepEqual(files(folder), []);
  assert.throws(() => readExperiment(folder), { code: "run", message: /its experiment\.json cannot be read/ });
  assert.throws(() => openRun(join(folder, "nothing")), { code: "run" });
});

test("an experiment that is not JSON, or enormous, is refused", () => {
  const run = closedRun();
  writeFileSync(join(run, "experiment.json"), "{");
  assert.throws(() => readExperiment(run), { code: "run" });
  writeFileSync(join(run, "experiment.json"), Buffer.alloc(2 ** 20 + 1, " "));
  assert.throws(() => readExperiment(run), { code: "run" });
});

test("opened again, it goes on behind its lines", () => {
  const path = closedRun();
  const run = openRun(path);
  run.journal.append({ epoch: 1 });
  run.draws.append({});
  run.draws.append({});
  run.close();
  const { journal, draws, timings } = openRun(path);
  assert.deepEqual([journal.length, draws.length, timings.length], [1, 2, 0]);
  assert.deepEqual(
    [journal, draws, timings].map((file) => basename(file.path)),
    ["journal.jsonl", "draws.jsonl", "timings.jsonl"],
  );
});

test("what a kill left of a write is cleared away when it is opened", () => {
  const path = closedRun();
  for (const left of [".journal.jsonl.1f2e.tmp", "checkpoints/000001.safetensors.tmp"])
    writeFileSync(join(path, left), "half");
  openRun(path).close();
  assert.deepEqual(readdirSync(path, { recursive: true }).sort(), ["checkpoints", "experiment.json", "manifest.json"]);
});

test("a second writer is refused until the first one closes", () => {
  const path = closedRun();
  const first = openRun(path);
  assert.throws(() => openRun(path), {
    code: "run",
    message: `${path}: this process is writing to this folder. Wait for its end, or stop it.`,
  });
  first.close();
  openRun(path).close();
  assert.equal(isLocked(path), false);
});

test("a new run is held by the process that made it", () => {
  const run = createRun(newFolder(), "test", {}, {});
  assert.throws(() => openRun(run.path), { code: "run" });
});

test("a run that cannot be opened is not held", () => {
  const path = closedRun();
  mkdirSync(join(path, "journal.jsonl"));
  assert.throws(() => openRun(path));
  assert.equal(isLocked(path), false);
});

test("a run that another process writes to is refused, naming that process; after its kill it is taken over", async () => {
  const path = closedRun();
  const child = open(path);
  assert.equal(await said(child), "open");
  assert.throws(() => openRun(path), {
    code: "run",
    message: `${path}: process ${child.pid} is writing to this folder. Wait for its end, or stop it.`,
  });
  await kill(child);
  assert.equal(isLocked(path), true);
  openRun(path).close();
  assert.equal(isLocked(path), false);
});

test("a dead process that nobody has asked for its status does not hold a run", { timeout: 10_000 }, async () => {
  const path = closedRun();
  // The shell becomes a program that never waits for its children: the killed one stays as a zombie.
  const script = '"$0" --input-type=module -e "$1" "$2" & echo $! >&2; exec sleep 60';
  const parent = spawn("sh", ["-c", script, process.execPath, opener, path], { detached: true });
  const pid = Number(await new Promise((resolve) => parent.stderr.once("data", resolve)));
  try {
    assert.equal(await said(parent), "open");
    process.kill(pid, "SIGKILL");
    while (!readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "))
      await new Promise((resolve) => setTimeout(resolve, 5));
    openRun(path).close();
  } finally {
    process.kill(-parent.pid!, "SIGKILL");
  }
});

test("a process of the same number that was started at another time does not hold a run", () => {
  const path = closedRun();
  writeFileSync(join(path, `lock-${process.ppid}-1`), "");
  openRun(path).close();
  assert.equal(isLocked(path), false);
});

test("of several processes that come at once, one at most may write", async () => {
  const path = closedRun();
  const children = Array.from({ length: 4 }, () => open(path));
  const answers = await Promise.all(children.map(said));
  assert.ok(answers.filter((answer) => answer === "open").length <= 1, answers.join("\n"));
  assert.ok(
    answers.every((answer) => answer === "open" || answer.startsWith("run ")),
    answers.join("\n"),
  );
  await Promise.all(children.filter((child) => child.exitCode === null).map(kill));
});

test("a folder that may not be written to is an error of the file system", (context) => {
  onSmallDisk(context, (disk) => {
    const run = createRun(disk, "test", {}, {});
    run.close();
    makeReadOnly(disk);
    assert.throws(() => openRun(run.path), { code: "file-system", message: /no permission to write here/ });
    assert.equal(existsSync(join(run.path, "journal.jsonl")), false);
  });
});

/** Runs with functions of Node replaced, and puts them back. */
function withMocks<Result>(run: () => Result): Result {
  syncBuiltinESMExports();
  try {
    return run();
  } finally {
    mock.restoreAll();
    syncBuiltinESMExports();
  }
}
