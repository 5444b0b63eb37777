/** Every typed wrapper against the libtorch in use. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { declaredOperators } from "../../src/engine/operator.ts";
import { compareSchemas, schemaProblems } from "../../src/engine/schema-check.ts";

const folder = new URL("../../src/engine/ops/", import.meta.url);
for (const name of readdirSync(folder)) await import(new URL(name, folder).href);

test("every declared operator is one of the libtorch in use, with the same arguments and returns", () => {
  assert.ok(declaredOperators().length > 60, `${declaredOperators().length} operators are declared`);
  assert.deepEqual(schemaProblems(), []);
});

test("a wrapper with a misplaced, misnamed or missing argument is found", () => {
  const actual = "aten::f(Tensor self, SymInt[2] size=0, *, float p, int n=1) -> (Tensor out, Tensor mask)";
  assert.deepEqual(compareSchemas("aten::f(Tensor self, int[] size, *, float p) -> (Tensor, Tensor)", actual), []);
  assert.match(
    compareSchemas("aten::f(Tensor self, int[] size) -> (Tensor, Tensor)", actual)[0]!,
    /"p" has no default/,
  );
  assert.match(
    compareSchemas("aten::f(Tensor self, int[] sizes, *, float p) -> (Tensor, Tensor)", actual)[0]!,
    /is "size"/,
  );
  assert.match(
    compareSchemas("aten::f(Tensor self, bool size, *, float p) -> (Tensor, Tensor)", actual)[0]!,
    /not bool/,
  );
  assert.match(compareSchemas("aten::f(Tensor self, int[] size, *, float p) -> Tensor", actual)[0]!, /returns/);
});

test("a whole number may be sent where a later version takes any number, not the other way round", () => {
  const [whole, any] = ["aten::f(Tensor self, int? n) -> Tensor", "aten::f(Tensor self, Scalar? n=None) -> Tensor"];
  assert.deepEqual(compareSchemas(whole, any), []);
  assert.match(compareSchemas(any, whole)[0]!, /"n" is int, not number/);
});
