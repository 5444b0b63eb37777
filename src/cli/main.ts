#!/usr/bin/env node
/** The command `patina`: hands its words to the program, and its status to the system. */
import { calledAs, isVerbatim, nameCommands } from "./called-as.ts";
import { runProgram } from "./program.ts";

// Whoever reads the results may stop reading, as `head` does: that is no error, but nothing is left to do.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code !== "EPIPE") process.stderr.write(`patina: the results cannot be written (${code}).\n`);
  process.exit(code === "EPIPE" ? 0 : 1);
});
// A training goes on where nobody reads its progress any more.
process.stderr.on("error", () => {});

const words = process.argv.slice(2);
const name = calledAs(process.env);
const forPeople = (text: string) => (isVerbatim(words) ? text : nameCommands(text, name));

process.exitCode = await runProgram(words, {
  out: (text) => process.stdout.write(forPeople(text)),
  err: (text) => process.stderr.write(nameCommands(text, name)),
  isTerminal: process.stderr.isTTY === true,
});
