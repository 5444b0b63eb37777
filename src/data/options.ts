/** Which data set, as an experiment says it. */
import { z } from "zod";

/** Names of the known data sets. */
export const dataSetNames = ["fashion-mnist", "cifar10", "cifar100"] as const;

export const DataOptions = z.enum(dataSetNames).describe("a known data set");
export type DataOptions = z.infer<typeof DataOptions>;
