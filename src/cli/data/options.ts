/** What several commands on data sets take. */
import { z } from "zod";

export const dataFolder = z.string().default("data").describe("where data sets lie");
export const json = z.boolean().default(false).describe("print the result as JSON");
