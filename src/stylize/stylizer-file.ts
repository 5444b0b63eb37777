/** A stylizer on disk: one safetensors with both networks, and a text that says where they come from. */
import { z } from "zod";
import { writeWeights } from "../engine/weight-file.ts";
import { readBounded } from "../files.ts";
import { viewOf } from "../formats/array.ts";
import { jsonText, parseMetadata } from "../formats/metadata.ts";
import { checkFinite } from "../formats/refusal.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import { stream } from "../random/stream.ts";
import { StylizerOptions } from "./options.ts";
import { Stylizer } from "./stylizer.ts";

/** The largest that the options allow takes 1.7 GB. */
const LIMIT_BYTES = 2 ** 31;

const Metadata = z.strictObject({
  stylizer: jsonText(StylizerOptions).describe("which stylizer, with its options"),
  origin: z.string().describe("where the weights come from, for people"),
});

/**
 * Writes the weights as float32, whole or not at all.
 * @param origin where they come from: what they were trained on, or the published files and their sha256
 * @throws PatinaError `file-system`, `file-missing`
 */
export function saveStylizer(path: string, stylizer: Stylizer, origin: string): void {
  const metadata: z.input<typeof Metadata> = { stylizer: JSON.stringify(stylizer.options), origin };
  writeWeights(path, stylizer.stateDict(), metadata);
}

/**
 * Reads a stylizer, on the CPU. The caller disposes of it.
 * @throws PatinaError `file-missing`, `file-foreign`, `file-hostile`; `file-damaged`, also where weights are not finite; `weights` where they do not fit its options
 */
export function loadStylizer(path: string): { stylizer: Stylizer; origin: string } {
  const remedy = "Use a file that Patina wrote; published weights are imported first: patina stylizer import";
  const { tensors, metadata } = readSafetensors(readBounded(path, LIMIT_BYTES), path, remedy);
  const { stylizer: options, origin } = parseMetadata(Metadata, metadata, {
    path,
    kind: "a stylizer",
    remedy,
  });
  const stylizer = new Stylizer(stream(0), options);
  try {
    stylizer.loadStateDict(tensors, path);
    // Pictures would become black without a word: what is no number is 0 as a byte.
    for (const [name, plain] of tensors) checkFinite(viewOf(plain) as Float32Array, path, name);
  } catch (error) {
    stylizer.dispose();
    throw error;
  }
  return { stylizer, origin };
}
