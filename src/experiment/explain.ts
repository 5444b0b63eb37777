/** Turns what a schema found wrong into sentences: which key, what was found, what is allowed, which name was meant. */
import { inspect } from "node:util";
import type { z } from "zod";
import { nearestName } from "../errors.ts";
import { isObject, keysOf, kindOf, objectsOf, pathName, schemasAt, valueAt } from "./schema-tree.ts";

type Issue = z.core.$ZodIssue;

/** One sentence for each issue, each key named by its whole path: `unknown key "train.epoch". Did you mean "train.epochs"?` */
export function explain(schema: z.ZodType, input: unknown, issues: readonly Issue[]): string[] {
  return issues.flatMap((issue) => explainOne(schema, input, issue, []));
}

function explainOne(schema: z.ZodType, input: unknown, issue: Issue, base: readonly PropertyKey[]): string[] {
  const path = [...base, ...issue.path];
  const value = valueAt(input, path);
  const name = nameOf(path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(schema, input, path, key));
    case "invalid_union":
      return explainUnion(schema, input, issue, path);
    case "invalid_value":
      return [wrongValue(name, value, issue.values)];
    case "invalid_type":
      if (value === undefined) return [`${name} is missing; it must be ${typeName(issue.expected)}.`];
      return [`${name} must be ${typeName(issue.expected)}, but is ${shown(value)}.${kindHint(schema, input, path)}`];
    case "too_small":
      return [
        `${name} must ${bound(issue.origin, issue.minimum, issue.inclusive ? "at least" : "above")}, but is ${shown(value)}.`,
      ];
    case "too_big":
      return [
        `${name} must ${bound(issue.origin, issue.maximum, issue.inclusive ? "at most" : "below")}, but is ${shown(value)}.`,
      ];
    default:
      return [
        `${name}${/^(must|may)\b/.test(issue.message) ? "" : ":"} ${issue.message}, but is ${value === undefined ? "not given" : shown(value)}.`,
      ];
  }
}

/** Of several alternatives, the one that was meant; where none was, all that are allowed. */
function explainUnion(
  schema: z.ZodType,
  input: unknown,
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: readonly PropertyKey[],
): string[] {
  const value = valueAt(input, path);
  const name = nameOf(path);
  if (issue.errors.length === 0) {
    const kinds = (issue as { options?: unknown[] }).options ?? [];
    return [wrongValue(name, value, kinds)];
  }
  const meant = issue.errors.filter((errors) => !errors.some(isOfAnotherKind)).sort((a, b) => a.length - b.length)[0];
  if (meant !== undefined) return meant.flatMap((inner) => explainOne(schema, input, inner, path));
  const values = issue.errors.flatMap(([first]) => (first?.code === "invalid_value" ? valuesHere(first) : []));
  const kinds = issue.errors.flatMap(([first]) => (first === undefined ? [] : kindsOf(first)));
  if (isObject(value) && kinds.length > 0) return [wrongValue(nameOf([...path, "kind"]), value.kind, kinds)];
  const types = issue.errors.flatMap(([first]) => (first?.code === "invalid_type" ? [typeName(first.expected)] : []));
  return [wrongValue(name, value, values, [...new Set(types)])];
}

/** Whether an alternative was not meant: the value is not even of its type, or of another kind. */
function isOfAnotherKind(issue: Issue): boolean {
  if (issue.path.length === 0)
    return issue.code === "invalid_type" || issue.code === "invalid_value" || issue.code === "invalid_union";
  return kindsOf(issue).length > 0;
}

const valuesHere = (issue: Extract<Issue, { code: "invalid_value" }>): unknown[] =>
  issue.path.length === 0 ? issue.values : [];

function kindsOf(issue: Issue): unknown[] {
  if (issue.path.length !== 1 || issue.path[0] !== "kind") return [];
  if (issue.code === "invalid_value") return issue.values;
  return issue.code === "invalid_union" ? ((issue as { options?: unknown[] }).options ?? []) : [];
}

function unknownKey(schema: z.ZodType, input: unknown, path: readonly PropertyKey[], key: string): string {
  const known = schemasAt(schema, path, input).flatMap((one) => keysOf(one, valueAt(input, path)));
  const near = nearestName(key, known);
  const hint =
    near === undefined
      ? `Known there: ${known.map((one) => `"${one}"`).join(", ")}.`
      : `Did you mean ${nameOf([...path, near])}?`;
  return `unknown key ${nameOf([...path, key])}. ${hint}`;
}

function wrongValue(name: string, value: unknown, allowed: readonly unknown[], types: readonly string[] = []): string {
  const choices = [...allowed.map((one) => JSON.stringify(one)), ...types];
  const list = choices.length === 1 ? choices[0] : `one of ${choices.join(", ")}`;
  if (value === undefined) return `${name} is missing; it must be ${list}.`;
  const near =
    typeof value === "string"
      ? nearestName(
          value,
          allowed.filter((one) => typeof one === "string"),
        )
      : undefined;
  return `${name} must be ${list}, but is ${shown(value)}.${near === undefined ? "" : ` Did you mean "${near}"?`}`;
}

/** Where only the name of a kind was written: the object that it stands for, or the kinds that there are. */
function kindHint(schema: z.ZodType, input: unknown, path: readonly PropertyKey[]): string {
  const value = valueAt(input, path);
  const kinds = schemasAt(schema, path, input)
    .flatMap((one) => objectsOf(one).map(kindOf))
    .filter((kind) => kind !== undefined);
  if (typeof value !== "string" || kinds.length === 0) return "";
  const kind = kinds.find((one) => one === value);
  return kind === undefined
    ? ` Its kinds: ${kinds.map((one) => JSON.stringify(one)).join(", ")}.`
    : ` Write { "kind": ${JSON.stringify(kind)} }.`;
}

function bound(origin: string, limit: number | bigint, relation: string): string {
  const unit = { array: "element", string: "letter" }[origin];
  return unit === undefined ? `be ${relation} ${limit}` : `have ${relation} ${limit} ${unit}${limit === 1 ? "" : "s"}`;
}

function typeName(expected: string): string {
  const names: Record<string, string> = {
    int: "a whole number",
    number: "a number",
    string: "a text",
    boolean: "true or false",
    object: "an object",
    array: "a list",
    tuple: "a list",
  };
  return names[expected] ?? expected;
}

/** `"train.optimizer.momentum"`, `"original.augment[0]"`; the whole where there is no path. */
function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the experiment" : `"${pathName(path)}"`;
}

function shown(value: unknown): string {
  // JSON has no NaN, no whole numbers with an "n", and no circles.
  const text = typeof value === "string" ? JSON.stringify(value) : inspect(value, { breakLength: Infinity });
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
