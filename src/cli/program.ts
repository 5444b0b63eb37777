/** The whole command line: finds the command, reads its words, runs it, and tells errors in one message. */
import { readFileSync } from "node:fs";
import { Command as Commander, CommanderError } from "commander";
import { exitStatus, PatinaError } from "../errors.ts";
import type { Command, CommandEntry, CommandGroup, Output } from "./command.ts";
import { commanderArguments, commanderOptions, flagOf, readWords } from "./options.ts";
import { commands } from "./registry.ts";

const version: string = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;

/** Runs one command line and returns its exit status: 0 done, 1 failed, 2 misuse, 130 interrupted and resumable. */
export async function runProgram(
  words: readonly string[],
  output: Output,
  registry: readonly CommandEntry[] = commands,
): Promise<number> {
  const isVerbose = words.includes("--verbose");
  const rest = words.filter((word) => word !== "--verbose");
  let status = 0;
  const program = new Commander("patina")
    .description("Trains image classifiers that stand up to corrupted pictures, and proves it.")
    .version(version, "--version", "print the version")
    .helpOption("--help", "print this help")
    .option("--verbose", "with any command: where an error comes from")
    .addHelpText("after", "\nOne command in full: patina COMMAND --help")
    .configureHelp({ helpWidth: 100 })
    .configureOutput({ writeOut: output.out, writeErr: output.out, outputError: () => {} })
    .exitOverride();
  try {
    await addCommands(program, registry, rest, output, (given) => {
      status = given;
    });
    if (rest.length === 0) program.outputHelp();
    else await program.parseAsync(rest, { from: "user" });
    return status;
  } catch (error) {
    return tell(error, isVerbose, output);
  }
}

/** Names all commands; loads only those that the words speak of. */
async function addCommands(
  parent: Commander,
  entries: readonly CommandEntry[],
  words: readonly string[],
  output: Output,
  done: (status: number) => void,
): Promise<void> {
  for (const { name, summary, load } of entries) {
    const command = parent
      .command(name)
      .summary(summary)
      .description(`${capitalised(summary)}.`);
    const position = words.indexOf(name);
    if (position < 0) continue;
    const loaded = (await load()).default;
    if (isGroup(loaded)) await addCommands(command, loaded.commands, words.slice(position + 1), output, done);
    else prepare(command, loaded, output, done);
  }
}

const isGroup = (command: Command | CommandGroup): command is CommandGroup => "commands" in command;

function prepare(commander: Commander, command: Command, output: Output, done: (status: number) => void): void {
  for (const argument of command.arguments ? commanderArguments(command.arguments) : [])
    commander.addArgument(argument);
  for (const option of command.options ? commanderOptions(command.options) : []) commander.addOption(option);
  if (command.examples.length > 0)
    commander.addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  ${line}`).join("\n")}`);
  commander.action(async () => {
    const keys = Object.keys(command.arguments?.shape ?? {});
    const given = Object.fromEntries(keys.map((key, index) => [key, commander.processedArgs[index]]));
    const args = command.arguments ? readWords(command.arguments, given, (key) => `<${key}>`) : {};
    const options = command.options ? readWords(command.options, commander.opts(), flagOf) : {};
    done((await command.run(args, options, output)) ?? 0);
  });
}

/** One clear message, and the status. */
function tell(error: unknown, isVerbose: boolean, output: Output): number {
  const known = error instanceof CommanderError ? fromCommander(error) : error;
  if (known === undefined) return 0;
  if (known instanceof PatinaError) {
    output.err(`patina: ${isVerbose ? `${known.stack}${causes(known)}` : known.message}\n`);
    return exitStatus(known.code);
  }
  // A mistake of Patina itself, or of the user's own program: only the stack helps to find it.
  output.err(`patina: unexpected error: ${known instanceof Error ? known.stack + causes(known) : String(known)}\n`);
  return 1;
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `\ncaused by ${error.cause.stack}${causes(error.cause)}` : "";
}

/** Commander's mistakes in our words; undefined where help or the version was asked for. */
function fromCommander(error: CommanderError): PatinaError | undefined {
  if (error.exitCode === 0 || error.code === "commander.help") return undefined;
  const [what, suggestion] = error.message
    .replace(/^error: /, "")
    .replace(/\.$/, "")
    .split("\n");
  const name = suggestion?.match(/Did you mean (?:one of )?(.*)\?/)?.[1];
  return new PatinaError("usage", `${what}. ${name ? `Did you mean ${name}?` : "Type: patina --help"}`, {
    cause: error,
  });
}

const capitalised = (text: string) => text[0]!.toUpperCase() + text.slice(1);
