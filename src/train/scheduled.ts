/** A value that may change from epoch to epoch, as population based training leaves it (method.md 10). */
import { z } from "zod";

/** The value itself, or what it becomes at which epoch. */
export type Scheduled<Value> = Value | { readonly at: readonly (readonly [epoch: number, value: Value])[] };

/** The option of a value that may be scheduled. */
export function scheduled<Value extends z.ZodType>(value: Value) {
  const at = z
    .array(z.tuple([z.int().min(0), value]))
    .min(1)
    .refine((entries) => entries[0]?.[0] === 0, "must begin with epoch 0")
    .refine(
      (entries) => entries.every(([epoch], place) => place === 0 || epoch > entries[place - 1]![0]),
      "must name its epochs in rising order",
    )
    .describe("the epoch, from 0, and the value that holds from it on");
  return z.union([value, z.strictObject({ at }).describe("a value for each stretch of epochs")]);
}

/** The value in an epoch, from 0; the last one holds to the end. */
export function valueAt<Value extends number | readonly number[]>(schedule: Scheduled<Value>, epoch: number): Value {
  if (typeof schedule === "number" || !("at" in (schedule as object)) || Array.isArray(schedule))
    return schedule as Value;
  const { at } = schedule as { at: readonly (readonly [number, Value])[] };
  return at.findLast(([from]) => from <= epoch)![1];
}

/** All values that it takes. */
export function valuesOf<Value extends number | readonly number[]>(schedule: Scheduled<Value>): Value[] {
  if (typeof schedule === "number" || Array.isArray(schedule)) return [schedule as Value];
  return (schedule as { at: readonly (readonly [number, Value])[] }).at.map(([, value]) => value);
}
