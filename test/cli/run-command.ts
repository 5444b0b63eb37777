/** Runs a command line within the test's own process. */
import type { CommandEntry } from "../../src/cli/command.ts";
import { runProgram } from "../../src/cli/program.ts";

export interface Ran {
  status: number;
  /** What went to standard output, and to standard error. */
  out: string;
  err: string;
}

/** Runs the words, of the real commands if no others are given. */
export async function runCommand(words: readonly string[], registry?: readonly CommandEntry[]): Promise<Ran> {
  let [out, err] = ["", ""];
  const output = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    isTerminal: false,
  };
  const status = await runProgram(words, output, registry);
  return { status, out, err };
}
