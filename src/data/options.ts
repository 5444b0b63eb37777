/** Which pictures, as an experiment says it: the name of a known data set, a folder of pictures, or arrays. */
import { z } from "zod";
import { ArraysOptions } from "./arrays.ts";
import { FolderOptions } from "./folder.ts";
import { type KnownName, knownNames } from "./registry.ts";

export const DataOptions = z.union([
  z.enum(knownNames as [KnownName, ...KnownName[]]).describe("a known data set"),
  z.discriminatedUnion("kind", [FolderOptions, ArraysOptions]),
]);
export type DataOptions = z.infer<typeof DataOptions>;
