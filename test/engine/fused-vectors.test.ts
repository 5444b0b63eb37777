/**
 * What is promised across instruction sets: the same dropout masks and the same norm of gradients, bit for bit, since both
 * are whole numbers or float64 in one order; everything else within rounding, since a processor with FMA rounds a product
 * and a sum once, and each set has its own exponential. So a run repeats its bytes on one machine, not on every one.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fusedVectors } from "../../src/engine/ops/fused.ts";
import { assertClose } from "../numbers.ts";

const sets = ["portable", "avx2", "avx512"];
const available = sets.slice(0, sets.indexOf(fusedVectors()) + 1); // what this machine has and PATINA_VECTORS allows

const runWith = (vectors: string) =>
  spawnSync(process.execPath, [fileURLToPath(new URL("./fused-numbers.ts", import.meta.url))], {
    env: { ...process.env, PATINA_VECTORS: vectors },
    encoding: "utf8",
  });

interface Answer {
  vectors: string;
  results: Record<string, number[]>;
  mask: string;
  norm: number;
}

test(`${available.join(", ")}: the same masks and norms, and numbers within rounding`, () => {
  const answers = available.map((vectors) => {
    const { stdout, stderr } = runWith(vectors);
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout) as Answer;
  });
  assert.deepEqual(
    answers.map(({ vectors }) => vectors),
    available,
  );
  const [first, ...others] = answers as [Answer, ...Answer[]];
  for (const { vectors, mask, norm, results } of others) {
    assert.equal(mask, first.mask, vectors);
    assert.equal(norm, first.norm, vectors);
    for (const [name, numbers] of Object.entries(results)) {
      // Numbers stored as bfloat16 may fall on two neighbours: 2^-7 of a number at most.
      const isStoredNarrow = name.startsWith("bfloat16") && /output|images/.test(name);
      assertClose(numbers, first.results[name]!, isStoredNarrow ? 2 ** -7 : 2e-6, `${vectors}, ${name}`);
    }
  }
});

test("PATINA_VECTORS with another word is an error that names the right ones", () => {
  const { status, stderr } = runWith("sse9");
  assert.equal(status, 1);
  assert.match(stderr, /PATINA_VECTORS is "portable", "avx2" or "avx512", not "sse9"/);
});
