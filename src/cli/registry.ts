/** All commands, in the order of the help: one file and one line each. */
import type { CommandEntry } from "./command.ts";

export const commands: readonly CommandEntry[] = [
  { name: "setup", summary: "build the native addon, where anything changed", load: () => import("./setup.ts") },
  {
    name: "doctor",
    summary: "say what this machine has, what is missing, what to type",
    load: () => import("./doctor.ts"),
  },
];
