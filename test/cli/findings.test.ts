import assert from "node:assert/strict";
import { test } from "node:test";
import { type Finding, judge, type Loaded } from "../../src/cli/findings.ts";
import type { ListedDataSet } from "../../src/data/list.ts";
import { type Machine, processorName, vectorsOf } from "../../src/engine/machine.ts";

const whole: Machine = {
  node: "24.21.0",
  processors: 2,
  architecture: "x64",
  vectors: ["avx2", "fma", "avx512f", "avx512_bf16"],
  libtorch: {
    source: "debian",
    version: "1.13.0",
    includeFolders: [],
    libraryFolder: "/usr/lib/x86_64-linux-gnu",
    cxx11Abi: true,
    cuda: false,
  },
  blas: { library: "/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", slow: false },
  compiler: "g++ 12.2.0",
  addon: { path: "build/native/0/patina.node", version: "1.13.0", state: "ready" },
  weights: [],
};
const loaded = { threads: 2, cudaDevices: 0 };
const shape = { height: 28, width: 28, channels: 1 } as const;
const counts = { train: 60_000, test: 10_000 };
const there: ListedDataSet = {
  name: "fashion-mnist",
  summary: "clothes",
  shape,
  counts,
  classCount: 10,
  place: "data/fashion-mnist",
  remedy: undefined,
};
const absent: ListedDataSet = { ...there, name: "cifar10", place: undefined, remedy: "patina data fetch cifar10" };
/** The verdicts where every data set is there. */
const judgeMachine = (machine: Machine, loading: Loaded | undefined) => judge(machine, loading, [there]);
const states = (findings: Finding[], state: Finding["state"]) =>
  findings.filter((finding) => finding.state === state).map(({ topic }) => topic);

test("a whole machine has nothing missing and no advice", () => {
  const findings = judgeMachine(whole, loaded);
  assert.deepEqual(
    findings.filter(({ state }) => state !== "good"),
    [],
  );
});

test("without libtorch and addon both are missing, each with a remedy", () => {
  const findings = judgeMachine(
    { ...whole, libtorch: { problem: "P1" }, blas: undefined, addon: { problem: "P2" } },
    undefined,
  );
  assert.deepEqual(states(findings, "missing"), ["libtorch", "addon"]);
  assert.match(findings.find(({ topic }) => topic === "addon")?.remedy ?? "", /P2/);
});

test("the reference BLAS is advice, not an error", () => {
  const findings = judgeMachine({ ...whole, blas: { library: "/usr/lib/blas/libblas.so.3", slow: true } }, loaded);
  assert.deepEqual(states(findings, "advice"), ["BLAS"]);
});

test("a missing compiler matters only where the addon is still to be built", () => {
  const compiler = { problem: "no g++" };
  assert.deepEqual(states(judgeMachine({ ...whole, compiler }, loaded), "advice"), ["compiler"]);
  const addon = { problem: "not built" };
  assert.deepEqual(states(judgeMachine({ ...whole, compiler, addon }, undefined), "missing"), ["compiler", "addon"]);
});

test("an addon of other sources is advice to build it again", () => {
  const findings = judgeMachine({ ...whole, addon: { path: "p", version: "1.13.0", state: "stale" } }, loaded);
  assert.deepEqual(states(findings, "advice"), ["addon"]);
});

test("an addon that does not load is missing", () => {
  assert.deepEqual(states(judgeMachine(whole, { problem: "libtorch.so: cannot open" }), "missing"), ["loading"]);
});

test("a libtorch with CUDA but without a GPU is advice", () => {
  const libtorch = { ...whole.libtorch, cuda: true } as Machine["libtorch"];
  assert.deepEqual(states(judgeMachine({ ...whole, libtorch }, loaded), "advice"), ["CUDA"]);
  assert.deepEqual(states(judgeMachine({ ...whole, libtorch }, { threads: 2, cudaDevices: 1 }), "advice"), []);
});

test("the instruction sets are read from the processor's flags", () => {
  assert.deepEqual(vectorsOf("processor : 0\nflags\t\t: fpu avx2 fma avx512_bf16x avx512f\n"), [
    "avx2",
    "fma",
    "avx512f",
  ]);
  assert.deepEqual(vectorsOf(""), []);
});

test("a processor is told from others of its name by family and model", () => {
  const cpuinfo = "processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n";
  assert.equal(processorName(cpuinfo), "AMD EPYC (family 25, model 17)");
  assert.equal(processorName("model name\t: Neoverse\n"), "Neoverse");
});

test("a data set that is there is good, and where it is is said", () => {
  const finding = judge(whole, loaded, [there]).find(({ topic }) => topic === "data");
  assert.deepEqual([finding?.state, finding?.found], ["good", "fashion-mnist in data/fashion-mnist"]);
});

test("data sets that are not there are one advice, never missing", () => {
  const findings = judge(whole, loaded, [there, absent, { ...absent, name: "cifar100" }]);
  assert.deepEqual([states(findings, "advice"), states(findings, "missing")], [["data"], []]);
  const advice = findings.find(({ topic, state }) => topic === "data" && state === "advice");
  assert.equal(advice?.found, "not there: cifar10, cifar100");
  assert.match(advice?.remedy ?? "", /patina data fetch cifar10/);
});

test("weights that came along are named, and that none did is no fault", () => {
  const found = (weights: string[]) =>
    judge({ ...whole, weights }, loaded, []).find(({ topic }) => topic === "weights");
  assert.deepEqual(found(["stylizer.safetensors"]), {
    topic: "weights",
    state: "good",
    found: "stylizer.safetensors",
  });
  assert.equal(found([])?.state, "good");
});
