/**
 * A training is killed at random moments and resumed until it ends: it ends with the same bytes as one that was never
 * stopped. Real processes, SIGKILL; half of the moments by the clock, half right after a line of progress, when files
 * are being written.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Stream, stream } from "../../src/random/stream.ts";
import { writeTinyFashion } from "../tiny-data.ts";
import { writeMixed } from "../train/mixed.ts";

const killCount = process.env.PATINA_TEST === "full" ? 35 : 7; // of each schedule
const seed = Date.now() % 2 ** 32; // in the message of a failure
const folder = mkdtempSync(join(tmpdir(), "patina-kill-"));
const main = join(import.meta.dirname, "../../src/cli/main.ts");
// Every part that has state takes part: dropout, augmentation, synthetic pictures, restyling, momentum, averaging, held-out
// pictures, best checkpoint. An epoch has 17 batches: enough for "auto" to measure, anew in each process, which must not matter.
const changes = {
  model: { kind: "wide-resnet", depth: 10, width: 1, dropout: 0.2 },
  train: { epochs: 5, batch: 11, hold: 0.25, averaging: { from: 0.5, anneal: 2 }, threads: 1, workers: 2 },
};
const schedules = ["before", "ahead", "auto"] as const;
type Schedule = (typeof schedules)[number];
let references: Record<Schedule, string>;
let durationMs: number;

after(() => rmSync(folder, { recursive: true, force: true }));

const patina = (...words: string[]) =>
  spawn(process.execPath, [main, "train", ...words, "--data", folder], { stdio: ["ignore", "ignore", "pipe"] });
const fileOf = (schedule: Schedule) => join(folder, `${schedule}.json`);
const begin = (schedule: Schedule, runs: string) => patina(fileOf(schedule), "--runs", join(folder, runs));

function runIn(runs: string): string | undefined {
  mkdirSync(join(folder, runs), { recursive: true });
  const name = readdirSync(join(folder, runs)).find((entry) => !entry.endsWith(".tmp"));
  return name && join(folder, runs, name);
}

/** Waits for the end of a process; `text` is what it said where it failed by itself. */
async function finish(child: ChildProcess): Promise<{ status: number | string; text?: string }> {
  let text = "";
  child.stderr!.on("data", (piece) => {
    text += piece;
  });
  const [status, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on("close", (...end) => resolve(end)),
  );
  return status === 0 ? { status } : { status: status ?? signal!, text };
}

/** Kills after a time, or a moment after the n-th piece of what the process says. */
function killLater(child: ChildProcess, draws: Stream): void {
  if (draws.uniform() < 0.5) {
    const timer = setTimeout(() => child.kill("SIGKILL"), durationMs * (0.25 + 0.5 * draws.uniform()));
    child.on("close", () => clearTimeout(timer));
    return;
  }
  let left = draws.integer(1, 6);
  const delayMs = 30 * draws.uniform();
  child.stderr!.on("data", () => {
    if (--left === 0) setTimeout(() => child.kill("SIGKILL"), delayMs);
  });
}

/** What must be the same: all files but clock times and the manifest. */
function bytesOf(run: string): Record<string, string> {
  const files = readdirSync(run, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !["timings.jsonl", "manifest.json"].includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((path) => [path.slice(run.length + 1), readFileSync(path).toString("base64")]));
}

before(async () => {
  const mixed = await writeMixed(folder);
  writeTinyFashion(folder, { train: 240, test: 60 });
  const made: [Schedule, string][] = [];
  const start = performance.now();
  for (const schedule of schedules) {
    const stylizer = { ...mixed.stylizer, schedule };
    writeFileSync(fileOf(schedule), JSON.stringify({ ...mixed, ...changes, stylizer }));
    assert.deepEqual(await finish(begin(schedule, `reference-${schedule}`)), { status: 0 });
    made.push([schedule, runIn(`reference-${schedule}`)!]);
  }
  durationMs = (performance.now() - start) / schedules.length;
  references = Object.fromEntries(made) as Record<Schedule, string>;
});

test("whenever pictures are restyled, the weights are the same bytes", () => {
  const [first, ...others] = schedules.map((schedule) =>
    readFileSync(join(references[schedule], "weights.safetensors")).toString("base64"),
  );
  for (const other of others) assert.equal(other, first);
});

for (const schedule of schedules)
  test(`${schedule}: ${killCount} kills at random moments, each followed by a resumption, end with the bytes of an undisturbed run`, async () => {
    const draws = stream(seed, "kill", schedule);
    let kills = 0;
    for (let round = 0; kills < killCount; round++) {
      const runs = `${schedule}-${round}`;
      let run: string | undefined;
      for (;;) {
        const child = run === undefined ? begin(schedule, runs) : patina("--resume", run);
        killLater(child, draws);
        const end = await finish(child);
        run = runIn(runs);
        if (end.status === 0) break;
        assert.equal(end.status, "SIGKILL", `seed ${seed}, round ${round}, after ${kills} kills: ${end.text}`);
        kills++;
      }
      assert.deepEqual(bytesOf(run!), bytesOf(references[schedule]), `seed ${seed}, round ${round}`);
      rmSync(join(folder, runs), { recursive: true });
    }
  });

test("Ctrl-C finishes the step, writes a checkpoint, exits with 130, says how to resume, and ends with the same bytes", async () => {
  const child = begin("auto", "interrupted");
  let said = "";
  child.stderr!.on("data", (piece) => {
    const isBegun = said.includes("epoch 1/");
    said += piece;
    if (!isBegun && said.includes("epoch 1/")) child.kill("SIGINT"); // in the second epoch
  });
  const { status, text } = await finish(child);
  assert.equal(status, 130, text);
  const run = runIn("interrupted")!;
  assert.match(text!, new RegExp(`go on with: patina train --resume ${run}`));
  assert.ok(readdirSync(join(run, "checkpoints")).length > 0);
  assert.deepEqual(await finish(patina("--resume", run)), { status: 0 });
  assert.deepEqual(bytesOf(run), bytesOf(references.auto));
});

const noTerminal =
  spawnSync("script", ["--version"]).status === 0 ? false : "no script(1), which makes terminals, is here";

test("Ctrl-C on a terminal, where lines move, does the same", { skip: noTerminal }, async () => {
  const words = [process.execPath, main, "train", fileOf("auto"), "--runs", join(folder, "terminal")];
  const command = `stty rows 40 columns 200; ${[...words, "--data", folder].join(" ")}`; // a new terminal has none
  const child = spawn("script", ["-qefc", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (piece) => {
    const isMoving = text.includes("  step ");
    text += piece;
    if (!isMoving && text.includes("  step ")) child.stdin.write("\x03");
  });
  const [status] = await once(child, "close");
  assert.equal(status, 130, text);
  const run = runIn("terminal")!;
  assert.match(text, new RegExp(`go on with: patina train --resume ${run}`));
  assert.ok(readdirSync(join(run, "checkpoints")).length > 0);
  assert.deepEqual(await finish(patina("--resume", run)), { status: 0 });
  assert.deepEqual(bytesOf(run), bytesOf(references.auto));
});
