/** What a command is: its arguments and options as schemas, from which parsing and help follow, and what it does. */
import type { z } from "zod";

/** Where a command prints: results to `out`, progress and warnings to `err`. Text carries its own line ends. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
  /** Whether a person watches `err`: only then colours and moving lines. */
  readonly isTerminal: boolean;
}

/** A command, its types already checked by `defineCommand`. */
export interface Command {
  readonly arguments: z.ZodObject | undefined;
  readonly options: z.ZodObject | undefined;
  readonly examples: readonly string[];
  /** Returns the exit status, 0 where none is given. */
  run(args: unknown, options: unknown, output: Output): Promise<number | undefined>;
}

/** A command that only gathers others, as `patina data`. */
export interface CommandGroup {
  readonly commands: readonly CommandEntry[];
}

/** A line of a registry: the module is loaded only when its command is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<{ readonly default: Command | CommandGroup }>;
}

type Shape = z.core.$ZodLooseShape;
// biome-ignore lint/complexity/noBannedTypes: a command without arguments has no keys at all
type Nothing = {};

/** Defines a command: arguments in the order of their keys, options as `--kebab-case`; help from `.describe()`. */
export function defineCommand<A extends Shape = Nothing, O extends Shape = Nothing>(definition: {
  arguments?: z.ZodObject<A>;
  options?: z.ZodObject<O>;
  examples?: readonly string[];
  run(
    args: z.output<z.ZodObject<A>>,
    options: z.output<z.ZodObject<O>>,
    output: Output,
    // biome-ignore lint/suspicious/noConfusingVoidType: most commands return nothing
  ): Promise<number | void>;
}): Command {
  return {
    arguments: definition.arguments,
    options: definition.options,
    examples: definition.examples ?? [],
    run: async (args, options, output) =>
      (await definition.run(args as z.output<z.ZodObject<A>>, options as z.output<z.ZodObject<O>>, output)) ??
      undefined,
  };
}
