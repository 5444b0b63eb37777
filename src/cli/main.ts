#!/usr/bin/env node
/** The command `patina`: hands its words to the program, and its status to the system. */
import { runProgram } from "./program.ts";

// Whoever reads the results may stop reading, as `head` does: that is no error, but nothing is left to do.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code !== "EPIPE") process.stderr.write(`patina: the results cannot be written (${code}).\n`);
  process.exit(code === "EPIPE" ? 0 : 1);
});
// A training goes on where nobody reads its progress any more.
process.stderr.on("error", () => {});

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
});
