#!/usr/bin/env node
/** The command `patina`: hands its words to the program, and its status to the system. */
import { runProgram } from "./program.ts";

// Whoever reads the output may stop reading, as `head` does: that is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
});
