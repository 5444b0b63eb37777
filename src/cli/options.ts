/** Between schemas and the command line: flags and help from a schema, typed values from words. */
import { Argument, Option } from "commander";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { explain } from "../experiment/explain.ts";

/** `dryRun` to `--dry-run`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The options of a schema for commander. Repeated ones gather; `boolean` ones take no value. */
export function commanderOptions(schema: z.ZodObject): Option[] {
  return Object.entries(schema.shape).map(([key, field]) => {
    const { core, fallback, isRequired } = peel(field as z.ZodType);
    const isSwitch = core instanceof z.ZodBoolean;
    const flags = `${shortFlag(field as z.ZodType)}${flagOf(key)}`;
    const option = new Option(isSwitch ? flags : `${flags} <${valueName(core)}>`, helpOf(field as z.ZodType));
    if (core instanceof z.ZodArray) option.argParser((word, before: string[] | undefined) => [...(before ?? []), word]);
    if (fallback !== undefined && !isSwitch && !(Array.isArray(fallback) && fallback.length === 0))
      option.defaultValueDescription = String(fallback);
    option.defaultValue = undefined; // the schema's own fills in
    if (isRequired) option.description += " (required)";
    if (option.defaultValueDescription !== undefined)
      option.description += ` (default: ${option.defaultValueDescription})`;
    return option;
  });
}

/** `.meta({ short: "o" })` gives an option one letter more. */
function shortFlag(field: z.ZodType): string {
  const { short } = field.meta() ?? {};
  return short === undefined ? "" : `-${short}, `;
}

/** The positional arguments of a schema, in the order of its keys. */
export function commanderArguments(schema: z.ZodObject): Argument[] {
  return Object.entries(schema.shape).map(([key, field]) => {
    const { core, isRequired } = peel(field as z.ZodType);
    const name = core instanceof z.ZodArray ? `${key}...` : key;
    return new Argument(isRequired ? `<${name}>` : `[${name}]`, helpOf(field as z.ZodType));
  });
}

/** Words as a schema wants them. @throws PatinaError `usage`, naming the option or argument. */
export function readWords(schema: z.ZodObject, words: Record<string, unknown>, name: (key: string) => string): unknown {
  const typed = Object.fromEntries(
    Object.entries(words)
      .filter(([, word]) => word !== undefined)
      .map(([key, word]) => [key, typedWord(schema.shape[key] as z.ZodType, word)]),
  );
  const result = schema.safeParse(typed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const key = String(issue!.path[0]);
  if (typed[key] === undefined)
    throw new PatinaError("usage", `${name(key)} is missing: ${helpOf(schema.shape[key] as z.ZodType)}.`);
  const [problem] = explain(schema, typed, [issue!]);
  throw new PatinaError("usage", problem!.replace(/^"[^"]*"/, name(key)));
}

function typedWord(field: z.ZodType, word: unknown): unknown {
  const { core } = peel(field);
  if (!(core instanceof z.ZodNumber) || typeof word !== "string" || word.trim() === "") return word;
  return Number.isNaN(Number(word)) ? word : Number(word);
}

/** A field without its wrappers. */
function peel(field: z.ZodType): { core: z.ZodType; fallback: unknown; isRequired: boolean } {
  if (field instanceof z.ZodDefault)
    return { ...peel(field.unwrap() as z.ZodType), fallback: field.def.defaultValue, isRequired: false };
  if (field instanceof z.ZodOptional) return { ...peel(field.unwrap() as z.ZodType), isRequired: false };
  return { core: field, fallback: undefined, isRequired: true };
}

function valueName(core: z.ZodType): string {
  if (core instanceof z.ZodNumber) return "number";
  if (core instanceof z.ZodEnum) return core.options.join("|");
  return "value";
}

const helpOf = (field: z.ZodType): string => field.description ?? peel(field).core.description ?? "";
