/** The generated part of docs/corruptions.md: all corruptions, from the registry and the suites. */
import { publishedNames } from "../src/benchmark/cells.ts";
import { findCorruption } from "../src/corrupt/registry.ts";
import { suiteCorruptions } from "../src/corrupt/suites.ts";
import { tableOf, withPart } from "./generated-part.ts";

/** The document with its table made anew. */
export function withCorruptionTables(document: string): string {
  const square = (side: number) => ({ height: side, width: side, channels: 3 }) as const;
  const suites = {
    c15: suiteCorruptions("c15", square(32)),
    c: suiteCorruptions("c", square(32)),
    "c-bar at 32": suiteCorruptions("c-bar", square(32)),
    "c-bar at 64 and 224": suiteCorruptions("c-bar", square(64)),
  };
  const rows = publishedNames.map((name) => {
    const isIn = Object.entries(suites).filter(([, names]) => names.includes(name));
    return [`\`${name}\``, findCorruption(name).summary, isIn.map(([suite]) => suite).join(", ")];
  });
  return withPart(document, "corruptions", tableOf(["corruption", "what it does", "suites"], rows));
}
