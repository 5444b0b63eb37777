/** Damages valid files at random and sees what a reader makes of them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { PatinaError } from "../../src/errors.ts";

/** More than any reader here may copy for a file of some kilobytes. */
const MEMORY_LIMIT = 80 << 20;

/** Some bytes set, some cut out or put in, the end cut off. */
const damage = fc.record({
  set: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
  insert: fc.option(fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 9 })), { nil: undefined, freq: 3 }),
  remove: fc.option(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 64 })), { nil: undefined, freq: 3 }),
  keep: fc.option(fc.nat(), { nil: undefined, freq: 3 }),
});

type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

function apply(valid: Uint8Array, { set, insert, remove, keep }: Damage): Buffer {
  let bytes: Buffer = Buffer.from(valid);
  for (const [at, value] of set) bytes[at % bytes.length] = value;
  if (insert !== undefined) {
    const at = insert[0] % bytes.length;
    bytes = Buffer.concat([bytes.subarray(0, at), insert[1], bytes.subarray(at)]);
  }
  if (remove !== undefined) {
    const at = remove[0] % bytes.length;
    bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + remove[1])]);
  }
  return keep === undefined ? bytes : Buffer.from(bytes.subarray(0, keep % (bytes.length + 1)));
}

/** Asserts that damaged copies of a valid file give a PatinaError or a value, and that no reading takes much memory. */
export async function assertSurvivesDamage(
  valid: Uint8Array,
  read: (bytes: Buffer) => unknown,
  numRuns = 300,
): Promise<void> {
  await read(Buffer.from(valid)); // it must be valid, or nothing is tested
  await fc.assert(
    fc.asyncProperty(damage, async (damage) => {
      const bytes = apply(valid, damage);
      const before = process.memoryUsage().arrayBuffers;
      try {
        await read(bytes);
      } catch (error) {
        assert.ok(error instanceof PatinaError, `no PatinaError but ${(error as Error).stack}`);
      }
      const taken = process.memoryUsage().arrayBuffers - before;
      assert.ok(taken < MEMORY_LIMIT, `${taken} bytes were taken for a file of ${bytes.length}`);
    }),
    { numRuns },
  );
}

/** Asserts that every part of a valid file from its start gives a PatinaError of these codes, never a value. */
export async function assertRefusesTruncation(
  valid: Uint8Array,
  read: (bytes: Buffer) => unknown,
  codes: readonly string[] = ["file-damaged", "file-foreign"],
  step = 1,
): Promise<void> {
  for (let length = 0; length < valid.length; length += step) {
    let found: unknown = "a value";
    try {
      await read(Buffer.from(valid.subarray(0, length)));
    } catch (error) {
      found = error instanceof PatinaError ? error.code : error;
    }
    assert.ok(codes.includes(found as string), `${length} of ${valid.length} bytes give ${found}`);
  }
}
