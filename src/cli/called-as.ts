/** How this program was started: what users are told to type must work where they are. */
import { commands } from "./registry.ts";

/** "patina" where it is installed, "npx patina" under npx, "bin/patina" (as it was typed) from a clone. */
export function calledAs(environment: NodeJS.ProcessEnv): string {
  return environment.PATINA_COMMAND ?? (environment.npm_command === "exec" ? "npx patina" : "patina");
}

/** Messages speak of `patina train`; this puts in the name by which it can be called. */
export function nameCommands(text: string, name: string): string {
  return name === "patina" ? text : text.replace(commandsNamed, `${name} `);
}

/** Whether what these words print is for programs or for a file, and stays as it is: JSON, and reports. */
export function isVerbatim(words: readonly string[]): boolean {
  const command = words.find((word) => !word.startsWith("-"));
  return words.includes("--json") || (command === "report" && !words.includes("--help"));
}

const names = [...commands.map((command) => command.name), "COMMAND"].join("|");
/** Not within a path, as runs/patina, nor after another word of a call, as npx patina. */
const commandsNamed = new RegExp(`(?<![\\w/.-]|npx )patina (?=(?:${names})\\b)`, "g");
