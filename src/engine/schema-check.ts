/** Holds the declared schemas of ops/ against those of the libtorch in use; versions differ in spelling, not in kind. */
import { native } from "./native.ts";
import { declaredOperators, splitArguments } from "./operator.ts";

/**
 * What is wrong with the wrappers for this libtorch, one line each: an operator that is missing, an argument with
 * another name or kind, another return.
 */
export function schemaProblems(): string[] {
  return declaredOperators().flatMap(({ name, overload, text }) => {
    const actual = native().schema(name, overload);
    if (actual === "") return [`${text}: this libtorch has no such operator`];
    return compareSchemas(text, actual).map((problem) => `${text}: ${problem} in ${actual}`);
  });
}

/** The differences that would send a value to the wrong place. Arguments may follow that the wrapper leaves to their defaults. */
export function compareSchemas(declared: string, actual: string): string[] {
  const ours = parts(declared);
  const theirs = parts(actual);
  const problems: string[] = [];
  for (const [place, argument] of ours.parameters.entries()) {
    const other = theirs.parameters[place];
    if (other === undefined) problems.push(`argument ${place}, "${argument.name}", is not there`);
    else if (other.name !== argument.name) problems.push(`argument ${place}, "${argument.name}", is "${other.name}"`);
    else if (!takes(other.kind, argument.kind))
      problems.push(`"${argument.name}" is ${other.kind}, not ${argument.kind},`);
  }
  for (const argument of theirs.parameters.slice(ours.parameters.length))
    if (!argument.hasDefault) problems.push(`"${argument.name}" has no default and is left out`);
  if (ours.returns !== theirs.returns) problems.push(`returns ${theirs.returns}, not ${ours.returns},`);
  return problems;
}

/** Later versions may take any number where an earlier one took whole ones: `var.correction` since 2.0. */
const takes = (theirs: string, ours: string): boolean => theirs === ours || theirs === ours.replace(/^int/, "number");

function parts(schema: string) {
  const [, parameters = "", returns = ""] = /^[\w:.]+\((.*)\) -> (.+)$/.exec(schema) ?? [];
  return {
    parameters: splitArguments(parameters)
      .filter((parameter) => parameter !== "*")
      .map((parameter) => {
        const [, kind = "", name = ""] = /^(.*) (\w+)(?:=.*)?$/.exec(parameter) ?? [];
        return { name, kind: plainKind(kind), hasDefault: parameter.includes("=") || kind.endsWith("?") };
      }),
    returns: returns.replace(/([\w\])]) \w+(?=[,)])/g, "$1").replace(/SymInt/g, "int"),
  };
}

/** Kinds that take the same JavaScript values in all versions: SymInt as int, a Scalar as a number, with or without alias, null or length. */
function plainKind(kind: string): string {
  return kind
    .replace(/\(\w(\|\w)*!?\)/g, "")
    .replace(/\[\d+\]/g, "[]")
    .replace(/\?/g, "")
    .replace(/^(SymInt|Scalar|float|int)(?=$|\[)/, (name) => (name === "SymInt" || name === "int" ? "int" : "number"));
}
