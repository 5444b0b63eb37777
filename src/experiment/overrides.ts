/** One-off changes of an experiment: `--set train.epochs=30`. */
import { z } from "zod";
import { nearestName, PatinaError } from "../errors.ts";
import { alternatives, isObject, isPlace, keysOf, pathName, schemasAt, valueAt } from "./schema-tree.ts";

/**
 * The input with each `path=value` set, in their order; the given one stays as it is. Values are read as the schema wants
 * them: numbers, words, JSON, or lists with commas. What the schema does not take is left to its check, which says why.
 * @throws PatinaError `usage` where a path is not known, or there is no `=`.
 */
export function applyOverrides(schema: z.ZodType, input: unknown, overrides: readonly string[]): unknown {
  return overrides.reduce((current, override) => applyOne(schema, current, override), input);
}

function applyOne(schema: z.ZodType, input: unknown, override: string): unknown {
  const equals = override.indexOf("=");
  if (equals <= 0)
    throw new PatinaError("usage", `--set ${override}: has no value. Write path=value, as in: --set train.epochs=30`);
  const keys = override
    .slice(0, equals)
    .replace(/\[(\d+)\]/g, ".$1")
    .split(".");
  // Kinds that are not written are the defaults'.
  const resolved = schema.safeParse(input);
  const complete = resolved.success ? resolved.data : input;
  checkPath(schema, keys, complete, override);
  return setAt(input, complete, keys, readValue(schemasAt(schema, keys, complete), override.slice(equals + 1)));
}

function checkPath(schema: z.ZodType, keys: readonly string[], complete: unknown, override: string): void {
  for (const [place, key] of keys.entries()) {
    const parent = keys.slice(0, place);
    const value = valueAt(complete, parent);
    if (schemasAt(schema, keys.slice(0, place + 1), complete).length > 0) {
      const count = Array.isArray(value) ? value.length : 0;
      if (!isPlace(key) || Number(key) <= count) continue;
      throw new PatinaError(
        "usage",
        `--set ${override}: "${pathName(parent)}" has no place [${key}]; its next one is [${count}].`,
      );
    }
    const known = schemasAt(schema, parent, complete).flatMap((one) => keysOf(one, value));
    const near = nearestName(key, known);
    const hint =
      near !== undefined
        ? `Did you mean "${pathName([...parent, near])}"?`
        : known.length > 0
          ? `Known there: ${[...new Set(known)].join(", ")}.`
          : `"${pathName(parent)}" has nothing inside.`;
    throw new PatinaError("usage", `--set ${override}: unknown key "${pathName(keys.slice(0, place + 1))}". ${hint}`);
  }
}

/** A copy with the value at the path; objects that are not written yet are begun with the kind that they have. */
function setAt(input: unknown, complete: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const child = (complete as Record<string, unknown> | undefined)?.[key];
  if (isPlace(key)) {
    const list: unknown[] = [...(Array.isArray(input) ? input : Array.isArray(complete) ? complete : [])];
    list[Number(key)] = setAt(list[Number(key)], child, rest, value);
    return list;
  }
  const object = isObject(input) ? input : isObject(complete) && "kind" in complete ? { kind: complete.kind } : {};
  return { ...object, [key]: setAt((object as Record<string, unknown>)[key], child, rest, value) };
}

/** The first reading of the text that a schema takes; where none does, the plainest, for the schema to say what is wrong. */
function readValue(schemas: readonly z.ZodType[], text: string): unknown {
  const words = text === "" ? [] : text.split(",");
  const list = words.map(asJson);
  const readings = [asJson(text), text, words, list, { kind: text }]; // a kind's name: its defaults
  const fitting = readings.find((reading) => schemas.some((schema) => schema.safeParse(reading).success));
  if (fitting !== undefined) return fitting;
  const isList = schemas.flatMap(alternatives).every((one) => one instanceof z.ZodArray || one instanceof z.ZodTuple);
  return isList && typeof readings[0] === "string" ? list : readings[0];
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
