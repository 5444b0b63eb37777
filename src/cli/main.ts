#!/usr/bin/env node
/** The command line: finds the command, lets it run, and turns what goes wrong into one message and an exit status. */
import { readFileSync } from "node:fs";
import { styleText } from "node:util";
import { Command, CommanderError } from "commander";
import { exitStatus, nearestName, PatinaError } from "../errors.ts";
import { commands } from "./registry.ts";

const { version, description } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** Runs the command line and returns the exit status: 0 done, 1 failed, 2 misuse, 130 interrupted. */
export async function run(words: readonly string[]): Promise<number> {
  const program = new Command("patina")
    .description(description)
    .version(version, "-v, --version", "print the version")
    .option("--verbose", "show where in Patina an error arose")
    .helpCommand(false)
    .showHelpAfterError("Type --help after the command for what it takes.")
    .exitOverride()
    .action(() => program.outputHelp());
  const typed = words.find((word) => !word.startsWith("-"));
  try {
    for (const { name, summary, load } of commands) {
      const command = program
        .command(name)
        .summary(summary)
        .description(summary)
        .option("--verbose", "show where in Patina an error arose");
      if (name === typed) (await load()).default(command);
    }
    if (typed !== undefined && !commands.some(({ name }) => name === typed)) throw unknownCommand(typed);
    await program.parseAsync([...words], { from: "user" });
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (error) {
    return report(error, words.includes("--verbose"));
  }
}

function unknownCommand(typed: string): PatinaError {
  const names = commands.map(({ name }) => name);
  const near = nearestName(typed, names);
  const hint = near === undefined ? `The commands are ${names.join(", ")}.` : `Did you mean "${near}"?`;
  return new PatinaError("usage", `patina has no command "${typed}". ${hint}`);
}

function report(error: unknown, isVerbose: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has said itself what was wrong
  const isOurs = error instanceof PatinaError;
  const message = isOurs ? error.message : `Unexpected: ${error instanceof Error ? error.message : error}`;
  process.stderr.write(
    `${styleText("red", isOurs && error.code === "interrupted" ? "Stopped." : "Error:")} ${message}\n`,
  );
  if (isVerbose || !isOurs) process.stderr.write(`${error instanceof Error ? error.stack : ""}\n`);
  for (
    let cause = isVerbose && error instanceof Error ? error.cause : undefined;
    cause instanceof Error;
    cause = cause.cause
  )
    process.stderr.write(`Caused by ${cause.stack}\n`);
  return isOurs ? exitStatus(error.code) : 1;
}

process.exitCode = await run(process.argv.slice(2));
