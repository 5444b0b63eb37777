import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import {
  autocast,
  backward,
  gradientOf,
  gradients,
  inference,
  noGrad,
  setGradient,
} from "../../src/engine/autograd.ts";
import { native } from "../../src/engine/native.ts";
import { operator } from "../../src/engine/operator.ts";
import { absolute, add, add_, mul, sub } from "../../src/engine/ops/arithmetic.ts";
import { full, zeros } from "../../src/engine/ops/create.ts";
import { linear, matmul } from "../../src/engine/ops/linear.ts";
import { argmax, sum } from "../../src/engine/ops/reduce.ts";
import { contiguous, permute, reshape, to } from "../../src/engine/ops/shape.ts";
import { handleCounts, keep, openScope, scope } from "../../src/engine/scope.ts";
import { fromPlain, type Tensor, tensorFrom, tensorOf, toPlain, viewOf } from "../../src/engine/tensor.ts";
import { PatinaError } from "../../src/errors.ts";

const code = (wanted: string, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PatinaError, String(error));
  assert.equal(error.code, wanted);
  assert.match(error.message, text);
  assert.doesNotMatch(error.message, /frame #|0x[0-9a-f]{8}/); // no C++ backtrace
  return true;
};

test("every dtype comes back as it went in", () => {
  const arrays = [
    Float32Array.of(1.5, -2),
    Float64Array.of(Math.PI, 0),
    Uint8Array.of(255, 0),
    Int8Array.of(-128, 127),
    Int16Array.of(-5, 6),
    Int32Array.of(2 ** 31 - 1, -1),
    BigInt64Array.of(2n ** 60n, -1n),
  ];
  for (const array of arrays) {
    using tensor = tensorFrom(array, [2]);
    assert.deepEqual(tensor.toArray(), array);
  }
  for (const dtype of ["bfloat16", "float16"] as const) {
    using tensor = tensorFrom(Uint16Array.of(0x3f80, 0x4000), [2], dtype);
    assert.equal(tensor.dtype, dtype);
    assert.deepEqual(tensor.toArray(), Uint16Array.of(0x3f80, 0x4000));
  }
  using flags = tensorFrom(Uint8Array.of(1, 0), [2], "bool");
  assert.deepEqual(toPlain(flags), { dtype: "bool", shape: [2], bytes: Uint8Array.of(1, 0) });
  using again = fromPlain(toPlain(flags));
  assert.equal(again.dtype, "bool");
});

test("an array whose length is not that of its shape is refused with both", () => {
  assert.throws(() => tensorFrom(Float32Array.of(1, 2, 3), [2, 2]), code("argument", /12 bytes.*need 16/));
  assert.throws(() => tensorFrom(Float32Array.of(1), [2 ** 40, 2 ** 40]), code("argument", /too large/));
  for (const side of [1.5, -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => tensorFrom(Float32Array.of(1), [side]), code("argument", /whole numbers from 0/));
  assert.throws(() => tensorFrom(Uint16Array.of(1), [1]), code("argument", /float16 or bfloat16/));
});

test("a view shares the array's memory both ways; a SharedArrayBuffer too", () => {
  for (const array of [new Float32Array(3), new Float32Array(new SharedArrayBuffer(12))]) {
    using tensor = viewOf(array, [3]);
    array[1] = 7;
    assert.deepEqual([...tensor.toFloat32Array()], [0, 7, 0]);
    using one = full([3], 1);
    add_(tensor, one);
    assert.deepEqual([...array], [1, 8, 1]);
  }
});

test("a tensor with strides is read in row-major order", () => {
  scope(() => {
    const tensor = permute(reshape(tensorOf([1, 2, 3, 4, 5, 6]), [2, 3]), [1, 0]);
    assert.deepEqual([...tensor.toFloat32Array()], [1, 4, 2, 5, 3, 6]);
    assert.deepEqual(contiguous(zeros([1, 2, 2, 2]), "channels_last").strides, [8, 1, 4, 2]);
  });
});

test("a scope ends all but what it returns, which goes to the scope around", () => {
  const before = handleCounts().live;
  scope(() => {
    const [a, b] = scope(() => [tensorOf([1]), tensorOf([2]), tensorOf([3])].slice(0, 2) as [Tensor, Tensor]);
    assert.equal(handleCounts().live, before + 2);
    assert.deepEqual([a.item(), b.item()], [1, 2]);
    const named = scope(() => ({ kept: tensorOf([4]) }));
    const mapped = scope(() => new Map([["kept", add(tensorOf([5]), 1)]]));
    assert.equal(named.kept.item() + mapped.get("kept")!.item(), 10);
  });
  assert.equal(handleCounts().live, before);
});

test("a kept tensor outlives its scope, also an inner one, until it is disposed of", () => {
  const before = handleCounts().live;
  const tensor = scope(() => {
    scope(() => tensorOf([0]));
    return scope(() => keep(tensorOf([3])));
  });
  assert.equal(tensor.item(), 3);
  tensor.dispose();
  assert.equal(handleCounts().live, before);
  assert.throws(() => tensor.dispose(), code("handle", /released/));
});

test("scopes end their tensors when the body throws, and refuse asynchronous bodies", () => {
  const before = handleCounts().live;
  assert.throws(() =>
    scope(() => {
      tensorOf([1]);
      throw new Error("body");
    }),
  );
  assert.throws(() => scope(async () => tensorOf([1])), code("argument", /asynchronous/));
  assert.throws(() => noGrad(async () => {}), code("argument", /asynchronous/));
  assert.equal(handleCounts().live, before);
});

test("an open scope is ended by hand, inner ones first; using ends it too", () => {
  const before = handleCounts().live;
  const outer = openScope();
  const inner = openScope();
  tensorOf([1]);
  assert.throws(() => outer.close(), code("argument", /still open/));
  inner.close();
  tensorOf([2]);
  outer.close();
  {
    using _ = openScope();
    tensorOf([3]);
  }
  {
    using tensor = tensorOf([4]);
    tensor.item();
  }
  assert.equal(handleCounts().live, before);
});

test("a tensor used after its end throws with operator and argument", () => {
  const gone = tensorOf([1]);
  gone.dispose();
  using other = tensorOf([1]);
  assert.throws(
    () => add(other, gone),
    code("handle", /aten::add\.Tensor\(Tensor\[1\] float32, released tensor.*argument "other"/),
  );
  assert.throws(() => gone.shape, code("handle", /shape: the tensor was released/));
  // A new tensor never takes the handle of an old one, though it takes its place.
  for (let count = 0; count < 3000; count++) tensorOf([count]).dispose();
  assert.throws(() => gone.item(), code("handle", /released/));
  assert.equal(gone.isLive, false);
});

test("an operator's refusal names it, with the shapes, and without C++", () => {
  scope(() => {
    const a = zeros([2, 3]);
    assert.throws(() => matmul(a, a), code("torch", /aten::matmul\(Tensor\[2,3\] float32, Tensor\[2,3\] float32\)/));
    assert.throws(
      () => reshape(a, [4]),
      code("torch", /aten::reshape\(Tensor\[2,3\] float32, \[4\]\).*invalid for input of size 6/),
    );
    const wrong = operator<[Tensor, string], Tensor>("aten::add.Tensor(Tensor self, Tensor other) -> Tensor");
    assert.throws(() => wrong(a, "b"), code("argument", /argument "other": expected a tensor/));
    const absent = operator<[Tensor], Tensor>("aten::no_such_operator(Tensor self) -> Tensor");
    assert.throws(() => absent(a), code("torch", /no operator aten::no_such_operator/));
    assert.throws(() => a.item(), code("argument", /not one element/));
    assert.throws(() => to(a, "float31" as "float32"), code("argument", /float31.*Known: float32/));
    assert.throws(() => full([2], 1, "cpu" as "float32"), code("argument", /^aten::full\(\[2\], 1, "cpu", null/));
    assert.throws(
      () => full([2], 1.5, "float31" as "float32"),
      code("argument", /^aten::full\(\[2\], 1\.5, "float31"/),
    );
  });
});

test("an operator that writes to its argument returns that very tensor", () => {
  scope(() => {
    const a = tensorOf([1, 2]);
    const live = handleCounts().live;
    assert.equal(add_(a, a, 2), a);
    assert.equal(handleCounts().live, live);
    assert.deepEqual([...a.toFloat32Array()], [3, 6]);
  });
});

test("gradients of x·x·w are 2xw and x², and are taken away by null", () => {
  scope(() => {
    const x = tensorOf([1, 2, 3]);
    const w = tensorOf([2, 2, 2]);
    x.requiresGradient = true;
    backward(sum(mul(mul(x, x), w)));
    assert.deepEqual([...gradientOf(x)!.toFloat32Array()], [4, 8, 12]);
    assert.equal(gradientOf(w), null);
    setGradient(x, null);
    assert.equal(gradientOf(x), null);
    w.requiresGradient = true;
    const unused = tensorOf([1]);
    unused.requiresGradient = true;
    const [byW, none] = gradients([sum(mul(mul(x, x), w))], [w, unused]);
    assert.deepEqual([...byW!.toFloat32Array()], [1, 4, 9]);
    assert.equal(none, null);
  });
});

test("a second pass backward through a freed graph, and one without a graph, are errors", () => {
  scope(() => {
    const x = tensorOf([2]);
    assert.throws(() => backward(sum(x)), code("torch", /does not require grad/));
    x.requiresGradient = true;
    const y = sum(mul(x, x));
    backward(y);
    assert.throws(() => backward(y), code("torch", /second time/));
  });
});

test("modes end with their function, also when it throws", () => {
  scope(() => {
    const x = tensorOf([1]);
    x.requiresGradient = true;
    assert.equal(noGrad(() => mul(x, x)).requiresGradient, false);
    assert.throws(() =>
      noGrad(() => {
        throw new Error("body");
      }),
    );
    assert.equal(mul(x, x).requiresGradient, true);
    const inferred = inference(() => mul(x, x));
    assert.throws(() => mul(inferred, x), code("torch", /[Ii]nference/));
    const w = zeros([4, 4]);
    assert.equal(autocast("cpu", "bfloat16", () => linear(zeros([2, 4]), w, null)).dtype, "bfloat16");
    assert.equal(linear(zeros([2, 4]), w, null).dtype, "float32");
  });
});

test("defaults of the schema are filled in; numbers become what the schema asks for", () => {
  scope(() => {
    const numbers = tensorFrom(Int32Array.of(1, 2), [2]);
    assert.equal(add(numbers, 1).dtype, "int32");
    assert.equal(full([2], 1).dtype, "float32");
    assert.equal(argmax(tensorOf([1, 3, 2])).item(), 1);
    assert.equal(sub(tensorOf([1]), 0.5).item(), 0.5);
  });
});

test("a worker loads the addon, computes, and ends without harm to this thread", async () => {
  const file = new URL("./worker.ts", import.meta.url);
  const sums = await Promise.all(
    [1, 2].map(
      (start) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(file, { workerData: start });
          worker.on("message", resolve);
          worker.on("error", reject);
        }),
    ),
  );
  assert.deepEqual(sums, [2, 5]);
  using here = absolute(tensorOf([-1]));
  assert.equal(here.item(), 1);
});

test("a foreign number is no tensor", () => {
  assert.throws(() => native().shape(123456), code("handle", /not a tensor of this thread/));
  assert.throws(() => native().shape(-1), code("handle", /not a tensor/));
});
