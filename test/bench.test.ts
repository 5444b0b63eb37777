/** The benchmarks: what they print, and that documents and registry agree. No figure is judged here: machines are noisy. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Goal, goalText, isMet } from "../bench/goal.ts";
import { benches } from "../bench/registry.ts";
import { measureInTurn, median } from "../bench/rounds.ts";
import { makeRow, type Row } from "../bench/row.ts";
import { tableOf } from "../bench/table.ts";
import { noOracle } from "./oracle.ts";

const root = join(import.meta.dirname, "..");
const names = benches.flatMap(({ rows }) => Object.keys(rows));

/** One short round: its figures mean nothing. */
function bench(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "bench", "run.ts"), ...words], {
    encoding: "utf8",
    env: { ...process.env, PATINA_BENCH_QUICK: "1", ...environment },
  });
  return { status, stdout, stderr };
}

const rowsOf = (stdout: string): Row[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const withoutPeer = { PYTHON: "/nonexistent/python" };
const atMost = (of: Goal["of"], limit: number): Goal => ({ of, bound: "at most", limit });

test("every bench is registered, each with its file", () => {
  assert.deepEqual(
    benches.map(({ name }) => name),
    ["step", "op", "augment", "loader", "memory", "pool", "corrupt", "evaluate", "stylize", "epoch"],
  );
  for (const { name } of benches) assert.ok(existsSync(join(root, "bench", `${name}.ts`)), name);
});

test("no two rows have one name", () => {
  assert.deepEqual(names, [...new Set(names)]);
});

test("docs/benchmarks.md lists every row with its bench and goal, and no other", () => {
  const lines = readFileSync(join(root, "docs", "benchmarks.md"), "utf8").matchAll(
    /^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \| .{20,} \| ([^|]+) \|$/gm,
  );
  const listed = [...lines].map(([, row, bench, unit, goal]) => ({ row, bench, unit, goal }));
  const registered = benches.flatMap(({ name, rows }) =>
    Object.entries(rows).map(([row, goal]) => {
      const unit = listed.find((line) => line.row === row)?.unit;
      return { row, bench: name, unit, goal: goal === "none" ? "none" : goalText(goal, unit ?? "") };
    }),
  );
  assert.deepEqual(listed, registered);
});

test("a row of JSON has name, unit, ours, peer and ratio, and nothing else", () => {
  const { stdout, status, stderr } = bench(["augment", "--json"], withoutPeer);
  assert.equal(status, 0, stderr);
  const rows = rowsOf(stdout);
  assert.deepEqual(
    rows.map(({ name }) => name),
    ["trivial-augment", "flip-crop-trivial-augment"],
  );
  for (const row of rows) {
    assert.deepEqual(Object.keys(row), ["name", "unit", "ours", "peer", "ratio"]);
    assert.equal(row.unit, "pictures/s");
    assert.ok(row.ours > 0);
  }
});

test("peer and ratio are null where Python lacks the packages", () => {
  for (const { peer, ratio } of rowsOf(bench(["augment", "--json"], withoutPeer).stdout))
    assert.deepEqual({ peer, ratio }, { peer: null, ratio: null });
});

test("the ratio is ours by the peer's", { skip: noOracle }, () => {
  const { stdout, stderr } = bench(["op", "--json"]);
  const [row] = rowsOf(stdout);
  assert.ok(row?.peer, stderr);
  assert.equal(row.ratio, row.ours / row.peer);
});

test("how it was measured goes to stderr, and the table to stdout", () => {
  const { stdout, stderr } = bench(["augment"], withoutPeer);
  assert.match(stderr, /^augment: 1 thread; .*; 1 rounds of .*; Node \d/m);
  assert.match(stdout, /│ trivial-augment +│ pictures\/s │ .* at least 8 times the peer │ no peer │/);
});

test("an unknown benchmark is refused with the nearest name, and exit status 2", () => {
  const { status, stdout, stderr } = bench(["lodaer", "--json"]);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
  assert.equal(stderr, 'bench: unknown benchmark "lodaer". Did you mean "loader"?\n');
});

test("an unknown option is refused, with what to type", () => {
  const { status, stderr } = bench(["--jsn"]);
  assert.equal(status, 2);
  assert.equal(stderr, "bench: Unknown option '--jsn'. Type: npm run bench -- [NAME] [--json]\n");
});

test("a goal counts its limit as met, and says nothing where there is no peer", () => {
  assert.equal(isMet(atMost("ratio", 0.5), makeRow("row", "ms", 1, 2)), true);
  assert.equal(isMet(atMost("ratio", 0.5), makeRow("row", "ms", 1.1, 2)), false);
  assert.equal(isMet({ of: "ours", bound: "at least", limit: 3 }, makeRow("row", "MB", 2, null)), false);
  assert.equal(isMet(atMost("ratio", 0.5), makeRow("row", "ms", 1, null)), undefined);
});

test("a goal reads as a person would say it", () => {
  assert.equal(goalText(atMost("ratio", 0.66), "ms"), "at most 0.66 of the peer");
  assert.equal(goalText({ of: "ratio", bound: "at least", limit: 8 }, "pictures/s"), "at least 8 times the peer");
  assert.equal(goalText(atMost("ours", 20_000), "MB"), "at most 20,000 MB");
});

test("the table counts the goals that are met and names the others", () => {
  const table = tableOf([
    makeRow("step", "ms", 60, 100),
    makeRow("step-bf16", "ms", 40, 100),
    makeRow("add", "us", 1, null),
    makeRow("loader-memory", "MB", 80, null),
  ]);
  assert.match(table, /^│ step +│ ms +│ +60 │ +100 │ +0\.6 │ at most 0\.66 of the peer │ yes +│$/m);
  assert.match(table, /^│ loader-memory +│ MB +│ +80 │ +- │ +- │ - +│ - +│$/m);
  assert.match(
    table,
    /^1 of 3 goals are met\. Not met: step-bf16\. Not known without the peer \(make oracle installs it\): add\.$/m,
  );
});

test("the sides measure in turn, and the first round of each does not count", async () => {
  const calls: string[] = [];
  const side = (name: string, rounds: number[][]) => () => {
    calls.push(name);
    return rounds.shift()!;
  };
  const medians = await measureInTurn(2, [
    side("a", [[100], [1], [3]]),
    side("b", [
      [100, 100],
      [5, 6],
      [9, 7],
    ]),
  ]);
  assert.deepEqual(calls, ["a", "b", "a", "b", "a", "b"]);
  assert.deepEqual(medians, [2, 6.5]);
});

test("the median is the value in the middle, or the mean of the two", () => {
  assert.equal(median([10, 2, 9]), 9);
  assert.equal(median([4, 1, 3, 100]), 3.5);
});
