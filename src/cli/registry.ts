/** All commands. Adding one: its file beside this one, and its line here. A file is loaded only when its command is typed. */
import type { Command } from "commander";

export interface CommandEntry {
  name: string;
  summary: string;
  /** Gives the command its arguments, options and action. */
  load: () => Promise<{ default: (command: Command) => void }>;
}

export const commands: readonly CommandEntry[] = [
  { name: "setup", summary: "Build the native addon for this machine", load: () => import("./setup.ts") },
  {
    name: "doctor",
    summary: "Say what was found here, what is missing, and what to type",
    load: () => import("./doctor.ts"),
  },
];
