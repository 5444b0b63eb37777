/** The addon in processes and threads of its own: how they end, what errors say, what V8 and the leak check see. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { matmul } from "../../src/engine/ops/linear.ts";
import { scope } from "../../src/engine/scope.ts";
import { tensorOf } from "../../src/engine/tensor.ts";

/** Runs a module with top-level await in a process of its own; its imports are relative to the repository. */
function run(text: string, { flags = [], env = {} }: { flags?: string[]; env?: Record<string, string> } = {}) {
  const child = spawnSync(process.execPath, [...flags, "--input-type=module-typescript", "-e", text], {
    cwd: join(import.meta.dirname, "../.."),
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status: child.status, signal: child.signal, out: child.stdout.trim(), err: child.stderr };
}

// A worker that says when it has begun, and then computes for ever.
const busyWorker = `
import { Worker } from "node:worker_threads";
import { once } from "node:events";
import { zeros } from "./src/engine/ops/create.ts";
import { matmul } from "./src/engine/ops/linear.ts";
const url = (path) => JSON.stringify(new URL(path, "file://" + process.cwd() + "/").href);
const worker = new Worker(\`
  const { parentPort } = await import("node:worker_threads");
  const { ones } = await import(\${url("src/engine/ops/create.ts")});
  const { matmul } = await import(\${url("src/engine/ops/linear.ts")});
  const { scope } = await import(\${url("src/engine/scope.ts")});
  const a = ones([300, 300]);
  scope(() => matmul(a, a));
  parentPort.postMessage("begun");
  for (;;) scope(() => matmul(a, a));
\`, { eval: true });
const here = zeros([1000]);
await once(worker, "message");
`;

test("a process ends with its own status while a worker computes", () => {
  const { status, signal, err } = run(`${busyWorker} process.exit(7);`);
  assert.deepEqual({ status, signal, err }, { status: 7, signal: null, err: "" });
});

test("a worker that is stopped in the midst of its work takes nothing of the main thread along", () => {
  const { status, out, err } = run(`${busyWorker}
    console.log(await worker.terminate(), here.isLive, matmul(zeros([2, 3]), zeros([3, 2])).shape);`);
  assert.deepEqual({ status, out, err }, { status: 0, out: "1 true [ 2, 2 ]", err: "" });
});

test("a process that fails with tensors alive, and in inference mode, ends as any other", () => {
  const { status, err } = run(`
    import { inference } from "./src/engine/autograd.ts";
    import { tensorOf } from "./src/engine/tensor.ts";
    inference(() => { tensorOf([1]); throw new Error("on purpose"); });`);
  assert.equal(status, 1);
  assert.match(err, /Error: on purpose/);
});

test("an error of libtorch has the stack of the JavaScript that asked", () => {
  scope(function theCaller() {
    const a = tensorOf([1, 2], [2, 1]);
    assert.throws(
      () => matmul(a, a),
      (error: Error) => {
        assert.match(error.stack!, /theCaller/);
        assert.match(error.stack!, /process\.test\.ts:\d+/);
        return true;
      },
    );
  });
});

test("no error has frames of C++, even where libtorch is asked to show them", () => {
  const { out } = run(
    `import { backward } from "./src/engine/autograd.ts";
    import { matmul } from "./src/engine/ops/linear.ts";
    import { tensorOf } from "./src/engine/tensor.ts";
    const a = tensorOf([1, 2], [2, 1]);
    for (const body of [() => matmul(a, a), () => backward(a)])
      try { body(); } catch (error) { console.log(error.message); }`,
    { env: { TORCH_SHOW_CPP_STACKTRACES: "1" } },
  );
  const lines = out.split("\n");
  assert.equal(lines.length, 2, out);
  assert.match(lines[0]!, /^aten::matmul\(Tensor\[2,1\] float32, Tensor\[2,1\] float32\): mat1 and mat2 shapes/);
  assert.match(lines[1]!, /^backward: /);
});

test("V8 is told of memory that hangs on tensors: it collects where they pile up, not where they end", () => {
  const collections = (each: string) =>
    Number(
      run(`
        import { PerformanceObserver, constants } from "node:perf_hooks";
        import { setImmediate } from "node:timers/promises";
        import { emptyLike, zeros } from "./src/engine/ops/create.ts";
        let count = 0;
        new PerformanceObserver((list) => {
          for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) count++;
        }).observe({ entryTypes: ["gc"] });
        const first = zeros([2 ** 22]); // 16 MiB; the others are never touched, and take no memory
        for (let i = 0; i < 30; i++) {
          const other = emptyLike(first);
          ${each}
          await setImmediate();
        }
        for (const end = Date.now() + 10_000; count === 0 && Date.now() < end && ${each === ""}; ) await setImmediate();
        console.log(count);`).out,
    );
  assert.ok(collections("") > 0);
  assert.equal(collections("other.dispose();"), 0);
});

test("the leak check names the lines that made forgotten tensors, and frees these", () => {
  const script = `
    import { setImmediate } from "node:timers/promises";
    import { handleCounts, scope } from "./src/engine/scope.ts";
    import { tensorOf } from "./src/engine/tensor.ts";
    function forgetful() { tensorOf([1]); }
    for (let i = 0; i < 3; i++) forgetful();
    scope(() => { tensorOf([1]); });
    const held = tensorOf([2]);
    for (let i = 0; i < 20 && handleCounts().live > 1; i++) { gc(); await setImmediate(); }
    console.log(handleCounts().live, held.item());`;
  const watched = run(script, { flags: ["--expose-gc"], env: { PATINA_LEAKCHECK: "1" } });
  assert.equal(watched.out, "1 2");
  assert.match(watched.err, /^3 tensors were never ended, made at:\n.*forgetful/s);
  const plain = run(script, { flags: ["--expose-gc"] });
  assert.deepEqual([plain.out, plain.err], ["4 2", ""]);
});

test("a view keeps its array's memory through collections, until it ends", () => {
  const { out } = run(
    `import { setImmediate } from "node:timers/promises";
    import { viewOf } from "./src/engine/tensor.ts";
    const view = (() => viewOf(new Float32Array(1 << 20).fill(7), [1 << 20]))();
    let freed = 0;
    const registry = new FinalizationRegistry(() => freed++);
    const ended = (() => { const array = new Float32Array(4); registry.register(array); return viewOf(array, [4]); })();
    const collect = async () => { for (let i = 0; i < 5; i++) { gc(); await setImmediate(); } };
    await collect();
    const before = freed;
    ended.dispose();
    viewOf(new Float32Array(1), [1]); // arrays of ended views are let go with the next
    await collect();
    console.log(before, freed, new Set(view.toFloat32Array()).size, view.toFloat32Array()[12345]);`,
    { flags: ["--expose-gc"] },
  );
  assert.equal(out, "0 1 1 7");
});
