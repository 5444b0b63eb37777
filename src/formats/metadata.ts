/** The texts beside the tensors of a safetensors file, checked. */
import { z } from "zod";
import { damaged } from "./refusal.ts";

/** A text that is JSON of that schema. */
export const jsonText = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue("is not JSON");
        return z.NEVER;
      }
    })
    .pipe(schema);

/**
 * The metadata as the schema has them.
 * @param kind "a trained network", for the message
 * @throws PatinaError `file-damaged`, naming the first that does not fit
 */
export function parseMetadata<Schema extends z.ZodType>(
  schema: Schema,
  metadata: Readonly<Record<string, string>>,
  { path, kind, remedy }: { readonly path: string; readonly kind: string; readonly remedy: string },
): z.output<Schema> {
  const parsed = schema.safeParse(metadata);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = issue.path.join(".");
  const isMissing = issue.path.length === 1 && metadata[key] === undefined;
  const problem = isMissing ? `"${key}" is missing` : `${key}: ${issue.message}`;
  throw damaged(path, `its metadata are not those of ${kind} (${problem})`, remedy);
}
