/** Makes the tables of docs/experiments.md anew: npm run docs */
import { readFileSync } from "node:fs";
import { writeAtomically } from "../src/files.ts";
import { withTables } from "./option-tables.ts";

const path = new URL("../docs/experiments.md", import.meta.url).pathname;
writeAtomically(path, withTables(readFileSync(path, "utf8")));
