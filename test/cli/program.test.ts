/** The frame of the command line: finding commands, help, errors, exit statuses. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { type Command, type CommandEntry, type CommandGroup, defineCommand } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/registry.ts";
import { PatinaError } from "../../src/errors.ts";
import { runCommand } from "./run-command.ts";

const entry = (name: string, loaded: Command | CommandGroup): CommandEntry => ({
  name,
  summary: `do ${name}`,
  load: async () => ({ default: loaded }),
});

/** A command that fails as it is told. */
const failing = (error: unknown) =>
  defineCommand({
    async run() {
      throw error;
    },
  });

const echo = defineCommand({
  arguments: z.strictObject({
    first: z.string().describe("the first word"),
    second: z.string().optional().describe("one more"),
  }),
  options: z.strictObject({
    json: z.boolean().default(false).describe("print it as JSON"),
    set: z.array(z.string()).default([]).describe("a change; again for another one"),
    sideCount: z.int().min(1).max(9).default(3).describe("sides, from 1 to 9"),
  }),
  examples: ["patina echo a"],
  async run(args, options, output) {
    output.err("working\n");
    output.out(`${JSON.stringify({ ...args, ...options })}\n`);
  },
});

const tools: CommandGroup = { commands: [entry("echo", echo), entry("fail", failing(new PatinaError("run", "No.")))] };
const registry = [entry("echo", echo), entry("tools", tools)];
const run = (...words: string[]) => runCommand(words, registry);
const runFailing = (error: unknown, ...words: string[]) =>
  runCommand(["fail", ...words], [entry("fail", failing(error))]);

test("a command gets its arguments and options typed, defaults filled in; results go to stdout, progress to stderr", async () => {
  assert.deepEqual(await run("echo", "a", "--side-count", "5", "--set", "x=1", "--json", "--set", "y=2"), {
    status: 0,
    out: '{"first":"a","json":true,"set":["x=1","y=2"],"sideCount":5}\n',
    err: "working\n",
  });
  assert.equal((await run("echo", "a", "b")).out, '{"first":"a","second":"b","json":false,"set":[],"sideCount":3}\n');
});

test("a command's own status is the exit status", async () => {
  const command = defineCommand({ run: async () => 1 });
  assert.deepEqual(await runCommand(["fail"], [entry("fail", command)]), { status: 1, out: "", err: "" });
});

test("the help names every command and loads none", async () => {
  const unloaded = commands.map(({ name, summary }) => ({ name, summary, load: assert.fail }));
  for (const words of [[], ["--help"], ["help"]]) {
    const { status, out, err } = await runCommand(words, unloaded);
    assert.deepEqual({ status, err }, { status: 0, err: "" }, words.join());
    for (const { name, summary } of commands)
      assert.match(out, new RegExp(`^  ${name} .*${summary.slice(0, 30)}`, "m"));
  }
});

test("only the command that is asked for is loaded", async () => {
  const { status } = await runCommand(
    ["echo", "a"],
    [entry("echo", echo), { name: "x", summary: "do x", load: assert.fail }],
  );
  assert.equal(status, 0);
});

test("the help of a command shows its arguments, options, defaults and examples", async () => {
  const expected = `Usage: patina echo [options] <first> [second]

Do echo.

Arguments:
  first                  the first word
  second                 one more

Options:
  --json                 print it as JSON
  --set <value>          a change; again for another one
  --side-count <number>  sides, from 1 to 9 (default: 3)
  --help                 print this help

Examples:
  patina echo a
`;
  for (const words of [
    ["echo", "--help"],
    ["help", "echo"],
    ["echo", "a", "--help"],
  ])
    assert.deepEqual(await run(...words), { status: 0, out: expected, err: "" });
});

test("a group gathers commands, with help of its own", async () => {
  assert.equal((await run("tools", "echo", "a")).out, (await run("echo", "a")).out);
  assert.deepEqual(await run("tools", "fail"), { status: 1, out: "", err: "patina: No.\n" });
  const { out } = await run("tools", "--help");
  assert.match(out, /^Usage: patina tools .*\n\nDo tools\.\n[\s\S]*^ {2}echo +do echo$\n^ {2}fail +do fail$/m);
  assert.deepEqual(await run("tools"), { status: 0, out, err: "" });
  assert.match((await run("tools", "echo", "--help")).out, /^Usage: patina tools echo /);
});

test("a group and a command of it may have one name", async () => {
  const both = [entry("echo", { commands: [entry("echo", echo)] })];
  assert.equal((await runCommand(["echo", "echo", "a"], both)).status, 0);
});

test("a mistake in the words is one line on stderr with what to type, and status 2", async () => {
  for (const [words, message] of [
    [["ecko"], 'unknown command "ecko". Did you mean "echo"?'],
    [["zebra"], 'unknown command "zebra". Type: patina --help'],
    [["tools", "ehco"], 'unknown command "ehco". Did you mean "echo"?'],
    [["tools", "zebra"], 'unknown command "zebra". Type: patina tools --help'],
    [["--zebra"], 'unknown option "--zebra". Type: patina --help'],
    [["echo", "a", "--jsn"], 'unknown option "--jsn". Did you mean "--json"?'],
    [["echo", "a", "--zebra"], 'unknown option "--zebra". Type: patina echo --help'],
    [["echo"], 'missing required argument "first". Type: patina echo --help'],
    [["tools", "echo"], 'missing required argument "first". Type: patina tools echo --help'],
    [
      ["echo", "a", "b", "c"],
      'too many arguments for "echo". Expected 2 arguments but got 3. Type: patina echo --help',
    ],
    [["echo", "a", "--set"], 'option "--set <value>" argument missing. Type: patina echo --help'],
    [["echo", "a", "--side-count", "10"], "--side-count must be at most 9, but is 10."],
  ] as const)
    assert.deepEqual(await run(...words), { status: 2, out: "", err: `patina: ${message}\n` });
});

test("each kind of error has its exit status, and is told in one message", async () => {
  for (const [code, status] of [
    ["usage", 2],
    ["experiment", 2],
    ["unknown-name", 2],
    ["interrupted", 130],
    ["run", 1],
    ["file-system", 1],
    ["libtorch-missing", 1],
  ] as const)
    assert.deepEqual(await runFailing(new PatinaError(code, "a.bin: is missing.", { cause: new Error("inner") })), {
      status,
      out: "",
      err: "patina: a.bin: is missing.\n",
    });
});

test("--verbose, wherever it stands, shows the stack and those of all causes", async () => {
  const inner = new TypeError("innermost");
  const error = new PatinaError("run", "outer", { cause: new Error("middle", { cause: inner }) });
  for (const { status, err } of [
    await runFailing(error, "--verbose"),
    await runCommand(["--verbose", "fail"], [entry("fail", failing(error))]),
  ]) {
    assert.equal(status, 1);
    assert.match(
      err,
      /^patina: PatinaError: outer\n {4}at [\s\S]*program\.test\.ts[\s\S]*\ncaused by Error: middle\n {4}at [\s\S]*\ncaused by TypeError: innermost\n {4}at /,
    );
  }
});

test("an error that nobody expected is told with its stack, and status 1", async () => {
  const { status, err } = await runFailing(new TypeError("x is undefined", { cause: new Error("inner") }));
  assert.equal(status, 1);
  assert.match(err, /^patina: unexpected error: TypeError: x is undefined\n {4}at [\s\S]*\ncaused by Error: inner\n/);
  assert.deepEqual(await runFailing("text"), { status: 1, out: "", err: "patina: unexpected error: text\n" });
});

test("--version prints the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
  assert.deepEqual(await run("--version"), { status: 0, out: `${version}\n`, err: "" });
});

/** Every real command with the words that lead to it, those of groups too. */
async function realCommands(
  entries = commands,
  before: string[] = [],
): Promise<{ words: string[]; command: Command }[]> {
  const found = await Promise.all(
    entries.map(async ({ name, load }) => {
      const loaded = (await load()).default;
      const words = [...before, name];
      return "commands" in loaded ? realCommands(loaded.commands, words) : [{ words, command: loaded }];
    }),
  );
  return found.flat();
}

test("the help of every command fits into 100 columns and says what each argument and option is", async () => {
  for (const { words, command } of await realCommands()) {
    const { status, out } = await runCommand([...words, "--help"]);
    assert.equal(status, 0);
    assert.match(out, new RegExp(`^Usage: patina ${words.join(" ")}`));
    for (const line of out.split("\n")) assert.ok(line.length <= 100, `${words.join(" ")}: ${line}`);
    const fields = { ...command.arguments?.shape, ...command.options?.shape };
    for (const [key, field] of Object.entries(fields) as [string, z.ZodType][])
      assert.ok(field.description, `${words.join(" ")}: ${key} has no description`);
  }
});

test("the help of every command says each default that is a number or a word", async () => {
  for (const { words, command } of await realCommands()) {
    const { out } = await runCommand([...words, "--help"]);
    for (const [key, field] of Object.entries(command.options?.shape ?? {})) {
      const fallback = field instanceof z.ZodDefault ? field.def.defaultValue : undefined;
      if (typeof fallback !== "number" && typeof fallback !== "string") continue;
      assert.ok(out.replace(/\s+/g, " ").includes(`(default: ${fallback})`), `${words.join(" ")}: ${key}`);
    }
  }
});

test("the examples of every command begin with its own words", async () => {
  for (const { words, command } of await realCommands())
    for (const example of command.examples) assert.ok(example.startsWith(`patina ${words.join(" ")}`), example);
});
