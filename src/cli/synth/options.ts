/** What several commands on pools take. */
import { z } from "zod";

export const pool = z
  .string()
  .describe("an .npz, a folder, zip or tar with one sub-folder a class, or tars of WebDataset (docs/synthetic.md)");
export const out = z.string().describe("the pool to write, an .npz; nothing is overwritten");
export const batch = z.int().min(1).default(250).describe("pictures that the classifier is given at once, at least 1");
export const device = z.string().default("auto").describe('of the classifier: "cpu", "cuda:0", or "auto"');
