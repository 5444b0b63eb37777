import assert from "node:assert/strict";
import { test } from "node:test";
import { type Finding, judge } from "../../src/cli/findings.ts";
import { type Machine, vectorsOf } from "../../src/engine/machine.ts";

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
    cudaRuntime: undefined,
  },
  blas: { library: "/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", slow: false },
  compiler: "g++ 12.2.0",
  addon: { path: "build/native/0/patina.node", version: "1.13.0", state: "ready" },
};
const loaded = { threads: 2, cudaDevices: 0 };
const states = (findings: Finding[], state: Finding["state"]) =>
  findings.filter((finding) => finding.state === state).map(({ topic }) => topic);

test("a whole machine has nothing missing and no advice", () => {
  const findings = judge(whole, loaded);
  assert.deepEqual(
    findings.filter(({ state }) => state !== "good"),
    [],
  );
});

test("without libtorch and addon both are missing, each with a remedy", () => {
  const findings = judge(
    { ...whole, libtorch: { problem: "P1" }, blas: undefined, addon: { problem: "P2" } },
    undefined,
  );
  assert.deepEqual(states(findings, "missing"), ["libtorch", "addon"]);
  assert.match(findings.find(({ topic }) => topic === "addon")?.remedy ?? "", /P2/);
});

test("the reference BLAS is advice, not an error", () => {
  const findings = judge({ ...whole, blas: { library: "/usr/lib/blas/libblas.so.3", slow: true } }, loaded);
  assert.deepEqual(states(findings, "advice"), ["BLAS"]);
});

test("a missing compiler matters only where the addon is still to be built", () => {
  const compiler = { problem: "no g++" };
  assert.deepEqual(states(judge({ ...whole, compiler }, loaded), "advice"), ["compiler"]);
  const addon = { problem: "not built" };
  assert.deepEqual(states(judge({ ...whole, compiler, addon }, undefined), "missing"), ["compiler", "addon"]);
});

test("an addon of other sources is advice to build it again", () => {
  const findings = judge({ ...whole, addon: { path: "p", version: "1.13.0", state: "stale" } }, loaded);
  assert.deepEqual(states(findings, "advice"), ["addon"]);
});

test("an addon that does not load is missing", () => {
  assert.deepEqual(states(judge(whole, { problem: "libtorch.so: cannot open" }), "missing"), ["loading"]);
});

test("a libtorch with CUDA but without a GPU is advice", () => {
  const libtorch = { ...whole.libtorch, cuda: true } as Machine["libtorch"];
  assert.deepEqual(states(judge({ ...whole, libtorch }, loaded), "advice"), ["CUDA"]);
  assert.deepEqual(states(judge({ ...whole, libtorch }, { threads: 2, cudaDevices: 1 }), "advice"), []);
});

test("the instruction sets are read from the processor's flags", () => {
  assert.deepEqual(vectorsOf("processor : 0\nflags\t\t: fpu avx2 fma avx512_bf16x avx512f\n"), [
    "avx2",
    "fma",
    "avx512f",
  ]);
  assert.deepEqual(vectorsOf(""), []);
});
