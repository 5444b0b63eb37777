/** The generated part of docs/evaluation.md: what evaluation.json holds, from its schema. */
import { z } from "zod";
import { Evaluation } from "../src/evaluate/evaluation.ts";
import { tableOf, withPart } from "./generated-part.ts";

/** What is used of JSON Schema, into which zod turns its schemas. */
interface JsonSchema {
  description?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  anyOf?: JsonSchema[];
}

/** The document with the part between its markers made anew. */
export function withEvaluationTable(document: string): string {
  const rows = rowsInside(z.toJSONSchema(Evaluation) as JsonSchema, "");
  return withPart(document, "evaluation", tableOf(["key", "value", "what it is"], rows));
}

/** A row for each key, those of objects and of lists below them. */
function rowsInside({ properties = {}, required = [] }: JsonSchema, above: string): string[][] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const path = `${above}${key}`;
    const isList = schema.items?.properties !== undefined;
    const name = `\`${path}${isList ? "[]" : ""}\`${required.includes(key) ? "" : " (optional)"}`;
    const below = isList ? rowsInside(schema.items!, `${path}[].`) : rowsInside(schema, `${path}.`);
    return [[name, valuesOf(schema), schema.description ?? ""], ...below];
  });
}

function valuesOf({
  type,
  const: only,
  enum: values,
  anyOf,
  items,
  prefixItems,
  minimum,
  maximum,
}: JsonSchema): string {
  if (only !== undefined) return JSON.stringify(only);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(", ");
  if (anyOf !== undefined) return anyOf.map(valuesOf).join(" or ");
  if (prefixItems !== undefined) return `[${prefixItems.map(valuesOf).join(", ")}]`;
  if (items !== undefined) return items.properties === undefined ? `list of ${valuesOf(items)}` : "list";
  if (type === "number" && minimum === 0 && maximum === 1) return "0 to 1";
  return [type ?? ""].flat().join(" or ").replace("integer", "whole number");
}
