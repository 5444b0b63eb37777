/** Scopes in scopes; the plain cases stand in tensor.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { add } from "../../src/engine/ops/arithmetic.ts";
import { handleCounts, keep, openScope, scope } from "../../src/engine/scope.ts";
import { type Tensor, tensorOf } from "../../src/engine/tensor.ts";

const live = () => handleCounts().live;

test("a tensor of the scope around that is kept inside an inner one outlives both", () => {
  const before = live();
  let tensor: Tensor | undefined;
  scope(() => {
    tensor = tensorOf([1]);
    scope(() => keep(tensor!));
    scope(() => tensorOf([2]));
  });
  assert.equal(tensor!.item(), 1);
  tensor!.dispose();
  assert.equal(live(), before);
});

test("a tensor of the scope around that is disposed of inside an inner one takes nothing with it", () => {
  const before = live();
  scope(() => {
    const first = tensorOf([1]);
    const second = tensorOf([2]);
    scope(() => {
      second.dispose();
      tensorOf([3]);
    });
    assert.equal(live(), before + 1);
    assert.equal(first.item(), 1);
  });
  assert.equal(live(), before);
});

test("what an inner scope returns belongs to the one around, in a Map too; what the inner one got from it stays there", () => {
  const before = live();
  scope(() => {
    const mine = tensorOf([1]);
    const map = scope(() => new Map([["sum", scope(() => add(mine, 1))]]));
    assert.equal(
      scope(() => mine),
      mine,
    );
    assert.deepEqual([map.get("sum")!.item(), mine.item()], [2, 1]);
    assert.equal(live(), before + 2);
  });
  assert.equal(live(), before);
});

test("tensors are kept one level deep: in a tuple, a Set, an object, not in what these hold", () => {
  const before = live();
  const tuple = scope(() => [tensorOf([1]), "word", tensorOf([2])] as const);
  const set = scope(() => new Set([tensorOf([3])]));
  const [deep] = scope(() => [[tensorOf([4])]] as const);
  assert.equal(tuple[0].item() + tuple[2].item() + [...set][0]!.item(), 6);
  assert.throws(() => deep[0]!.item(), { code: "handle", message: /released/ });
  for (const tensor of [tuple[0], tuple[2], ...set]) tensor.dispose();
  assert.equal(live(), before);
});

test("numbers that a scope returns are not searched for tensors: millions would take longer than a network", () => {
  const numbers = new Uint8Array(4);
  Object.defineProperty(numbers, "field", { enumerable: true, get: () => assert.fail("looked at") });
  const returned = scope(() => {
    tensorOf([1]);
    return numbers;
  });
  assert.equal(returned, numbers);
});

test("more tensors than the list of handles first holds all end", () => {
  const before = live();
  scope(() => {
    for (let count = 0; count < 5000; count++) scope(() => tensorOf([count]));
    assert.equal(live(), before + 5000);
  });
  assert.equal(live(), before);
});

test("a scope that was left open inside another ends with it, and its close does nothing to later ones", () => {
  const before = live();
  const left = scope(() => {
    const inner = openScope();
    tensorOf([1]);
    return { close: inner.close };
  });
  assert.equal(live(), before);
  const outer = openScope();
  const inner = openScope();
  const tensor = tensorOf([2]);
  left.close();
  assert.equal(tensor.item(), 2);
  inner.close();
  inner.close();
  assert.equal(live(), before);
  const later = tensorOf([3]);
  outer.close();
  assert.equal(later.isLive, false);
  const free = tensorOf([4]); // in no scope
  assert.equal(free.isLive, true);
  free.dispose();
});

test("using ends a scope and a tensor when their block ends, also by a throw", () => {
  const before = live();
  assert.throws(() => {
    using _ = openScope();
    using tensor = tensorOf([1]);
    tensorOf([2]);
    tensor.dispose(); // before its time: the end of the block passes over it
    throw new Error("block");
  }, /block/);
  assert.equal(live(), before);
});

test("an open scope spans what waits: its tensors live until it is closed", async () => {
  const before = live();
  const step = openScope();
  const tensor = tensorOf([1]);
  await Promise.resolve();
  scope(() => {
    tensorOf([2]);
  });
  assert.equal(live(), before + 1);
  assert.equal(add(tensor, 1).item(), 2);
  step.close();
  assert.equal(live(), before);
});

test("any thenable is an asynchronous body", () => {
  const before = live();
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  assert.throws(() => scope(() => ({ tensor: tensorOf([1]), then: () => {} })), { message: /asynchronous/ });
  assert.equal(live(), before);
});
