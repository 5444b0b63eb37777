/** From an operator's schema to a typed function. Every operator of libtorch is reachable; those in use stand in ops/. */
import { PatinaError } from "../errors.ts";
import { type NativeResult, type NativeValue, native } from "./native.ts";
import { Tensor } from "./tensor.ts";

/** What an operator can be given; `undefined` is the schema's default, `null` is none. */
export type Value = Tensor | number | boolean | string | null | undefined | { float: number } | readonly Value[];

/** Which values come back as tensors. */
type ReturnKind = "tensor" | "tensors" | "value" | { same: number };

interface Declaration {
  /** "aten::add" */
  name: string;
  /** "Tensor", or "" */
  overload: string;
  text: string;
  returns: ReturnKind[];
}

const declarations: Declaration[] = [];

/** All operators that were declared, in the order of their declaration. For the check of wrappers against libtorch. */
export function declaredOperators(): readonly { name: string; overload: string; text: string }[] {
  return declarations;
}

/**
 * Declares an operator by its schema, as libtorch prints it; trailing arguments with defaults may be left out. The
 * function resolves it at its first call, converts tensors to handles and results to tensors; an operator that writes
 * to an argument returns that argument.
 *
 * The types are the caller's word; `test/engine/schemas.test.ts` holds the text against the libtorch in use.
 * @throws PatinaError `torch` (an operator that this libtorch lacks, or that refuses), `handle`, `argument`.
 */
export function operator<Arguments extends readonly Value[], Result>(text: string): (...values: Arguments) => Result {
  const declaration = parseDeclaration(text);
  declarations.push(declaration);
  const { name, overload, returns } = declaration;
  let id = -1;
  const single = returns.length === 1 ? returns[0]! : undefined;
  const isPlainTensor = single === "tensor";
  return (...values: Arguments): Result => {
    if (id < 0) id = native().resolve(name, overload);
    const result = invoke(id, values);
    // A class instance straight from the handle: the common case, on the hot path of small operators.
    if (isPlainTensor) return new Tensor(result as number) as Result;
    return wrapAll(result, returns, values) as Result;
  };
}

function invoke(id: number, values: readonly Value[]): NativeResult {
  const { call } = native();
  switch (values.length) {
    case 1:
      return call(id, toNative(values[0]));
    case 2:
      return call(id, toNative(values[0]), toNative(values[1]));
    case 3:
      return call(id, toNative(values[0]), toNative(values[1]), toNative(values[2]));
    default:
      return call(id, ...values.map(toNative));
  }
}

function toNative(value: Value): NativeValue {
  if (value instanceof Tensor) return value.handle;
  if (Array.isArray(value)) return value.map(toNative);
  return value as NativeValue;
}

function wrapAll(result: NativeResult, returns: readonly ReturnKind[], values: readonly Value[]): unknown {
  if (returns.length === 0) return undefined;
  if (returns.length === 1) return wrap(result, returns[0]!, values);
  return (result as NativeResult[]).map((element, index) => wrap(element, returns[index]!, values));
}

function wrap(result: NativeResult, kind: ReturnKind, values: readonly Value[]): unknown {
  if (kind === "tensor") return result === 0 ? null : new Tensor(result as number);
  if (kind === "tensors") return (result as number[]).map((handle) => new Tensor(handle));
  if (kind === "value") return result;
  return values[kind.same];
}

/** "aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)" */
function parseDeclaration(text: string): Declaration {
  const match = /^(\w+::\w+)(?:\.(\w+))?\((.*)\) -> (.+)$/.exec(text);
  if (match === null) throw new PatinaError("argument", `operator: "${text}" is not a schema of libtorch.`);
  const [, name = "", overload = "", parameters = "", results = ""] = match;
  const written = splitArguments(parameters).filter((parameter) => parameter !== "*");
  const returns = splitArguments(results.replace(/^\((.*)\)$/, "$1")).map((part): ReturnKind => {
    const alias = /\((\w)!\)/.exec(part)?.[1];
    const same = written.findIndex((parameter) => alias !== undefined && parameter.includes(`(${alias}!)`));
    if (same >= 0) return { same };
    if (/^Tensor(\(\w(\|\w)*\))?\[\]/.test(part)) return "tensors";
    return part.startsWith("Tensor") ? "tensor" : "value";
  });
  return { name, overload, text, returns };
}

/** Splits at commas outside of brackets. */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let level = 0;
  let part = "";
  for (const letter of text) {
    if (letter === "[" || letter === "(") level++;
    if (letter === "]" || letter === ")") level--;
    if (letter === "," && level === 0) {
      parts.push(part.trim());
      part = "";
    } else part += letter;
  }
  if (part.trim() !== "") parts.push(part.trim());
  return parts;
}
