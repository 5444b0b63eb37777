/** The whole command line: finds the command, reads its words, runs it, and tells errors in one message. */
import { Command as Commander, CommanderError } from "commander";
import { exitStatus, PatinaError } from "../errors.ts";
import { version } from "../version.ts";
import type { Command, CommandEntry, CommandGroup, Output } from "./command.ts";
import { commanderArguments, commanderOptions, flagOf, readWords } from "./options.ts";
import { commands } from "./registry.ts";

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
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", "\nOne command in full: patina COMMAND --help")
    .configureHelp({ helpWidth: 100 })
    .configureOutput({ writeOut: output.out, writeErr: output.out, outputError: () => {} })
    .exitOverride((error) => refuse(error, "patina"));
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
    const command: Commander = parent
      .command(name)
      .summary(summary)
      .description(`${capitalised(summary)}.`)
      .exitOverride((error) => refuse(error, pathOf(command)));
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
  if (error instanceof CommanderError) return 0; // it has printed what was asked for: see `refuse`
  if (error instanceof PatinaError) {
    output.err(`patina: ${isVerbose ? `${error.stack}${causes(error)}` : error.message}\n`);
    return exitStatus(error.code);
  }
  // A mistake of Patina itself, or of the user's own program: only the stack helps to find it.
  output.err(`patina: unexpected error: ${error instanceof Error ? error.stack + causes(error) : String(error)}\n`);
  return 1;
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `\ncaused by ${error.cause.stack}${causes(error.cause)}` : "";
}

/** Commander's mistakes in our words; where help or the version was asked for, it is no mistake. */
function refuse(error: CommanderError, path: string): never {
  if (error.exitCode === 0 || error.code === "commander.help") throw error;
  const [what, suggestion] = error.message
    .replace(/^error: /, "")
    .replace(/\.$/, "")
    .replaceAll("'", '"')
    .split("\n");
  const name = suggestion?.match(/Did you mean (?:one of )?(.*)\?/)?.[1];
  throw new PatinaError(
    "usage",
    `${what}. ${name ? `Did you mean "${name.replaceAll(", ", '" or "')}"?` : `Type: ${path} --help`}`,
    {
      cause: error,
    },
  );
}

/** The words that lead to a command: "patina data list". */
const pathOf = (command: Commander): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

const capitalised = (text: string) => text[0]!.toUpperCase() + text.slice(1);
