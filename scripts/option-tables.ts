/** The generated parts of docs/experiments.md: tables of all options and of all augmentations, from their schemas. */
import { z } from "zod";
import { augmentations } from "../src/augment/registry.ts";
import { ExperimentOptions } from "../src/experiment/experiment.ts";
import { tableOf, withPart } from "./generated-part.ts";

/** What is used of JSON Schema, into which zod turns its schemas. */
interface JsonSchema {
  description?: string;
  default?: unknown;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

interface OptionRow {
  /** As `--set` takes it. */
  path: string;
  values: string;
  /** The default; "required" where there must be a value, nothing where the description says what follows. */
  fallback: string;
  description: string;
}

/** The document with the parts between its markers made anew. */
export function withTables(document: string): string {
  return withPart(withPart(document, "options", optionTables()), "augmentations", augmentationTables());
}

/** One table for each part of an experiment. */
function optionTables(): string {
  const { properties = {}, required = [] } = schemaOf(ExperimentOptions);
  const parts = Object.entries(properties).map(([key, schema]) => {
    // An object that can only be what it is has nothing to choose: what it is stands above its options.
    const [text, rows] =
      schema.properties === undefined
        ? ["", rowsOf(schema, key, required.includes(key))]
        : [`${schema.description}\n\n`, rowsInside(schema, key)];
    return `### \`${key}\`\n\n${text}${tableOf(["option", "values", "default", "what it is"], rows.map(cellsOf))}`;
  });
  return parts.join("\n");
}

function augmentationTables(): string {
  const options = augmentations.map(({ options }) => rowsInside(schemaOf(options), ""));
  const named = augmentations.map(({ name, summary }, index) => {
    const own = options[index]!.map(({ path, fallback }) => `\`${path}\` ${fallback}`);
    return [`\`${name}\``, summary, own.join(", ")];
  });
  const distinct = new Map(options.flat().map((row) => [`${row.path} ${row.description}`, cellsOf(row)]));
  const optionRows = [...distinct.values()].map(([path, values, , description]) => [path!, values!, description!]);
  return [
    tableOf(["augmentation", "what it does", "options and their defaults"], named),
    tableOf(["option", "values", "what it is"], optionRows),
  ].join("\n");
}

const cellsOf = ({ path, values, fallback, description }: OptionRow) => [`\`${path}\``, values, fallback, description];

/** As it may be written: what has a default may be left out. */
function schemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    reused: "inline",
    override: ({ zodSchema, jsonSchema }) => {
      // zod leaves it out where something inside is transformed, as the names of augmentations are.
      if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
    },
  }) as JsonSchema;
}

function rowsOf(schema: JsonSchema, path: string, isRequired: boolean): OptionRow[] {
  const { description = "" } = schema;
  const fallback = schema.default === undefined ? (isRequired ? "required" : "") : code(schema.default);
  return [{ path, values: valuesOf(schema), fallback, description }, ...rowsInside(schema, path)];
}

/** Those of every object that may stand there; one that has a kind begins with it. */
function rowsInside(schema: JsonSchema, path: string): OptionRow[] {
  return alternativesOf(schema).flatMap(({ properties = {}, required = [], description = "" }) =>
    Object.entries(properties).flatMap(([key, field]) => {
      const inside = path === "" ? key : `${path}.${key}`;
      if (key !== "kind") return rowsOf(field, inside, required.includes(key));
      return [{ path: inside, values: code(field.const), fallback: "", description }];
    }),
  );
}

function alternativesOf(schema: JsonSchema): JsonSchema[] {
  const several = schema.anyOf ?? schema.oneOf;
  return several === undefined ? [schema] : several.flatMap(alternativesOf);
}

/** All that an option takes, in words. */
function valuesOf(schema: JsonSchema): string {
  return [...new Set(alternativesOf(schema).map(choiceOf))].join(", ");
}

function choiceOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map(code).join(", ");
  if (schema.const !== undefined) return code(schema.const);
  switch (schema.type) {
    case "boolean":
      return "`true`, `false`";
    case "string":
      return "text";
    case "object":
      return "an object";
    case "array":
      if (schema.prefixItems !== undefined)
        return `list of ${schema.prefixItems.length}: ${valuesOf({ anyOf: schema.prefixItems })}`;
      if (schema.items?.prefixItems !== undefined)
        return `list of pairs: ${schema.items.prefixItems.map(valuesOf).join("; ")}`;
      return "list of [augmentations](#augmentations)";
    case "integer":
      return `whole number ${rangeOf(schema)}`.trim();
    case "number":
      return `number ${rangeOf(schema)}`.trim();
    default:
      throw new Error(`docs/experiments.md: no words for ${JSON.stringify(schema)} yet`);
  }
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const low = minimum ?? exclusiveMinimum;
  const high = [maximum, exclusiveMaximum].find((bound) => bound !== undefined && bound < Number.MAX_SAFE_INTEGER);
  if (low === undefined) return "";
  if (high === undefined) return minimum === undefined ? `above ${low}` : `from ${low}`;
  return `in ${minimum === undefined ? "(" : "["}${low}, ${high}${high === maximum ? "]" : ")"}`;
}

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;
