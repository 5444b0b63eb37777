import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryBudget } from "../../src/formats/memory-budget.ts";

test("a file may copy its size and 64 MiB, all copies together, and not a byte more", () => {
  const budget = new MemoryBudget("a.pt", 1000);
  budget.spend(64 << 20);
  budget.spend(1000);
  assert.throws(() => budget.spend(1), { code: "file-hostile", message: /^a\.pt: asks for 1 bytes more than/ });
});
