/** Gradients by hand and the modes of a thread; the plain cases stand in tensor.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  autocast,
  backward,
  gradientOf,
  gradients,
  inference,
  noGrad,
  setGradient,
} from "../../src/engine/autograd.ts";
import { add, exponential, mul, zero_ } from "../../src/engine/ops/arithmetic.ts";
import { linear } from "../../src/engine/ops/linear.ts";
import { sum } from "../../src/engine/ops/reduce.ts";
import { handleCounts, scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorOf } from "../../src/engine/tensor.ts";

const leafOf = (numbers: readonly number[], shape?: readonly number[]) => {
  const leaf = tensorOf(numbers, shape);
  leaf.requiresGradient = true;
  return leaf;
};
const numbers = (tensor: Tensor | null | undefined) => [...tensor!.toFloat32Array()];

test("backward of several numbers needs weights for them, and takes them", () => {
  scope(() => {
    const x = leafOf([1, 2, 3]);
    const y = mul(x, x);
    assert.throws(() => backward(y), {
      code: "torch",
      message: /grad can be implicitly created only for scalar outputs/,
    });
    backward(y, tensorOf([1, 10, 0.5]));
    assert.deepEqual(numbers(gradientOf(x)), [2, 40, 3]);
  });
});

test("gradients of several passes add up at a leaf until they are taken away", () => {
  scope(() => {
    const x = leafOf([3]);
    for (let pass = 0; pass < 3; pass++) backward(mul(x, 2));
    assert.deepEqual(numbers(gradientOf(x)), [6]);
    setGradient(x, null);
    backward(mul(x, 5));
    assert.deepEqual(numbers(gradientOf(x)), [5]);
    setGradient(x, tensorOf([7]));
    assert.deepEqual(numbers(gradientOf(x)), [7]);
  });
});

test("the gradient of a leaf is its own memory, not a copy", () => {
  scope(() => {
    const x = leafOf([3]);
    backward(mul(x, 2));
    zero_(gradientOf(x)!);
    assert.deepEqual(numbers(gradientOf(x)), [0]);
  });
});

test("gradients() of several outputs by several inputs are those of their sum, and leave the leaves alone", () => {
  scope(() => {
    const [x, w] = [leafOf([1, 2]), leafOf([3, 4])];
    const unused = leafOf([1]);
    // Σ x²w + Σ 5x: by x 2xw + 5, by w x².
    const found = gradients([sum(mul(mul(x, x), w)), sum(mul(x, 5))], [x, w, unused]);
    assert.deepEqual(found.slice(0, 2).map(numbers), [
      [11, 21],
      [1, 4],
    ]);
    assert.equal(found[2], null);
    assert.equal(gradientOf(x), null);
  });
});

test("gradients() reaches inside a graph, and frees it", () => {
  scope(() => {
    const x = leafOf([2]);
    const middle = mul(x, 3);
    const y = mul(middle, middle);
    assert.deepEqual(gradients([y], [middle]).map(numbers), [[12]]);
    assert.throws(() => gradients([y], [middle]), { code: "torch", message: /^gradientsOf: .*second time/s });
  });
});

test("a second pass through a freed graph is refused in words that name backward and what was done", () => {
  scope(() => {
    const x = leafOf([2]);
    const y = exponential(x);
    backward(y);
    assert.throws(() => backward(y), {
      code: "torch",
      message: /^backward: Trying to backward through the graph a second time \(or directly access saved tensors/,
    });
  });
});

test("tensors of a graph may end before backward: the graph keeps what it needs", () => {
  scope(() => {
    const x = leafOf([2]);
    const y = scope(() => sum(mul(exponential(mul(x, 0)), mul(x, x))));
    backward(y);
    assert.deepEqual(numbers(gradientOf(x)), [4]);
  });
});

test("a backward that failed leaves no tensor behind", () => {
  const live = handleCounts().live;
  assert.throws(() => scope(() => backward(mul(tensorOf([1]), 2))), { code: "torch" });
  assert.equal(handleCounts().live, live);
});

test("every mode ends when its body throws, also inside another", () => {
  const thrown = () => {
    throw new Error("body");
  };
  scope(() => {
    const [x, w] = [leafOf([1, 2], [1, 2]), tensorOf([1, 2], [1, 2])];
    for (const mode of [noGrad, inference, (body: () => never) => autocast("cpu", "bfloat16", body)]) {
      assert.throws(() => mode(thrown), /body/);
      assert.throws(() => noGrad(() => mode(thrown)), /body/);
      const y = linear(x, w, null);
      assert.deepEqual([y.requiresGradient, y.dtype], [true, "float32"]);
      add(y, 1).requiresGradient; // not of inference mode: takes part in a graph
      backward(sum(linear(x, w, null)));
    }
    assert.deepEqual(numbers(gradientOf(x)), [3, 6]);
  });
});

test("a dtype that autocast refuses leaves it off", () => {
  scope(() => {
    try {
      autocast("cpu", "float16", () => {}); // refused by 1.13, taken by later ones
    } catch (error) {
      assert.match((error as Error).message, /^autocast: .*Bfloat16/);
    }
    assert.equal(linear(tensorOf([1, 2], [1, 2]), tensorOf([1, 2], [1, 2]), null).dtype, "float32");
  });
});

test("modes nest: the inner end brings back the mode around, not the plain one", () => {
  scope(() => {
    const [x, w] = [leafOf([1, 2], [1, 2]), tensorOf([1, 2], [1, 2])];
    noGrad(() => {
      noGrad(() => {});
      inference(() => {});
      assert.equal(mul(x, x).requiresGradient, false);
    });
    autocast("cpu", "bfloat16", () => {
      autocast("cpu", "bfloat16", () => {});
      autocast("cpu", "float32", () => assert.equal(linear(x, w, null).dtype, "bfloat16")); // no region of its own
      assert.equal(linear(x, w, null).dtype, "bfloat16");
    });
  });
});

test("no mode takes an asynchronous body, whatever its dtype", () => {
  const body = async () => {};
  for (const mode of [noGrad, inference, ...(["float32", "bfloat16"] as const).map(autocastOf)])
    assert.throws(() => mode(body), { code: "argument", message: /may not be asynchronous/ });
});

function autocastOf(dtype: "float32" | "bfloat16") {
  return <T>(body: () => T) => autocast("cpu", dtype, body);
}

test("only leaves are asked for gradients", () => {
  scope(() => {
    const y = mul(leafOf([1]), 2);
    assert.throws(
      () => {
        y.requiresGradient = false;
      },
      { code: "torch", message: /leaf/ },
    );
  });
});
