/** Looks into a schema: which keys, kinds and values it knows at a path. For messages, `--set` and printed experiments. */
import { z } from "zod";

/** A schema without what wraps it: defaults, optional, transforms. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  // `z.preprocess` is a transform before the schema, `.transform` one after it.
  if (schema instanceof z.ZodPipe)
    return unwrapped((schema.in instanceof z.ZodTransform ? schema.out : schema.in) as z.ZodType);
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodLazy
  )
    return unwrapped(schema.unwrap() as z.ZodType);
  return schema;
}

/** All alternatives of a schema: one, but for unions. */
export function alternatives(schema: z.ZodType): z.ZodType[] {
  const core = unwrapped(schema);
  return core instanceof z.ZodUnion ? (core.options as z.ZodType[]).flatMap(alternatives) : [core];
}

/**
 * The alternatives that are objects; where `value` names a `kind`, only those of that kind, if there are any.
 */
export function objectsOf(schema: z.ZodType, value?: unknown): z.ZodObject[] {
  const objects = alternatives(schema).filter((core) => core instanceof z.ZodObject);
  const kind = (value as { kind?: unknown } | undefined | null)?.kind;
  const fitting = objects.filter((object) => kindOf(object) === kind);
  return kind !== undefined && fitting.length > 0 ? fitting : objects;
}

/** The literal that tells an object from its alternatives, if it has one. */
export function kindOf(object: z.ZodObject): unknown {
  const field = object.shape.kind;
  const core = field === undefined ? undefined : unwrapped(field as z.ZodType);
  return core instanceof z.ZodLiteral ? core.value : undefined;
}

/** What may stand under a key, or at a place of a list; empty where nothing may. */
export function childrenOf(schema: z.ZodType, key: string | number, value?: unknown): z.ZodType[] {
  const fields = objectsOf(schema, value).flatMap((object) =>
    Object.hasOwn(object.shape, key) ? [object.shape[key]] : [],
  );
  const elements = alternatives(schema).flatMap((core) => {
    if (!isPlace(key)) return [];
    if (core instanceof z.ZodArray) return [core.element];
    if (core instanceof z.ZodTuple) return core.def.items.slice(Number(key), Number(key) + 1);
    return [];
  });
  return [...fields, ...elements] as z.ZodType[];
}

/** The keys that may stand in an object, of the kind of `value` where it has one. */
export function keysOf(schema: z.ZodType, value?: unknown): string[] {
  return [...new Set(objectsOf(schema, value).flatMap((object) => Object.keys(object.shape)))];
}

/** The schemas that a path leads to, through a value that may choose among kinds. */
export function schemasAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): z.ZodType[] {
  let schemas = [schema];
  let current = value;
  for (const key of path) {
    schemas = schemas.flatMap((one) => childrenOf(one, typeof key === "symbol" ? "" : key, current));
    current = (current as Record<PropertyKey, unknown> | undefined | null)?.[key];
  }
  return schemas;
}

/** The value at a path. A name alone stands for an object of that kind, so it is its own `kind`. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((current, key) => {
    if (typeof current === "string") return key === "kind" ? current : undefined;
    return (current as Record<PropertyKey, unknown> | undefined | null)?.[key];
  }, value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A path as `--set` takes it: `train.optimizer.betas[0]`. */
export function pathName(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => (isPlace(key) ? `[${String(key)}]` : `.${String(key)}`));
  return parts.join("").replace(/^\./, "");
}

/** Whether a key is a place in a list: no option is named by a number. */
export function isPlace(key: PropertyKey): boolean {
  return /^\d+$/.test(String(key));
}

/** The text that a field says about itself. */
export function descriptionOf(schema: z.ZodType): string | undefined {
  if (schema.description !== undefined) return schema.description;
  const inner = unwrapped(schema);
  return inner === schema ? undefined : inner.description;
}
