import assert from "node:assert/strict";
import { test } from "node:test";
import {
  deviceMemory,
  devices,
  resolveDevice,
  setSwitches,
  setThreadCount,
  synchronize,
  threadCount,
} from "../../src/engine/device.ts";
import { native } from "../../src/engine/native.ts";
import { zeros } from "../../src/engine/ops/create.ts";

test("the CPU comes first, then every GPU, each under its own name", () => {
  const [first, ...gpus] = devices();
  assert.equal(first, "cpu");
  assert.deepEqual(
    gpus,
    gpus.map((_, index) => `cuda:${index}`),
  );
});

test("auto is the first GPU, else the CPU; cuda is the first GPU", () => {
  const gpu = devices()[1];
  assert.equal(resolveDevice("auto"), gpu ?? "cpu");
  assert.equal(resolveDevice("cpu"), "cpu");
  if (gpu !== undefined) assert.equal(resolveDevice("cuda"), gpu);
});

test("a device that is not there is refused with those that are", () => {
  for (const name of ["cuda:99", "tpu"])
    assert.throws(() => resolveDevice(name), { code: "unknown-name", message: /finds cpu.*Choose one of these/ });
});

test("threads are as many as were asked for; none, or a million, are refused", () => {
  for (const count of [2, 1]) {
    setThreadCount(count);
    assert.equal(threadCount(), count);
  }
  for (const count of [0, -1, 1_000_000])
    assert.throws(() => setThreadCount(count), { code: "argument", message: /from 1 to 1024/ });
  assert.equal(threadCount(), 1);
});

test("a GPU's memory is told from its first tensor on, a CPU's is not", () => {
  assert.equal(deviceMemory("cpu"), undefined);
  for (const device of devices().slice(1)) {
    using _ = zeros([1 << 20], "float32", device);
    const memory = deviceMemory(device);
    if (memory === undefined) continue; // a libtorch before 2.13
    assert.ok(memory.allocated >= 4 << 20, `${memory.allocated}`);
    assert.ok(memory.reserved >= memory.allocated && memory.total > memory.reserved);
  }
});

test("switches and waiting are taken without a GPU too; a switch that nobody knows is refused", () => {
  setSwitches({ tf32: true, cudnnBenchmark: true });
  setSwitches({ tf32: false, cudnnBenchmark: false });
  synchronize();
  assert.throws(() => native().setSwitch("fast" as "tf32", true), {
    code: "argument",
    message: /no switch is called "fast"\. Known: tf32/,
  });
});
