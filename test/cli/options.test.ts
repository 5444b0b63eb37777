/** Between schemas and the command line: flags, help, and words with their types. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { commanderArguments, commanderOptions, flagOf, readWords } from "../../src/cli/options.ts";

const schema = z.strictObject({
  count: z.int().min(1).max(9).default(3).describe("pictures of each class, from 1 to 9"),
  share: z.number().min(0).max(1).optional().describe("share of the pictures, in [0, 1]"),
  kind: z.enum(["zip", "folder"]).default("zip").describe("what is written"),
  suites: z
    .array(z.enum(["c", "c-bar"]))
    .default(["c", "c-bar"])
    .describe("benchmarks"),
  set: z.array(z.string()).default([]).describe("a change"),
  dryRun: z.boolean().default(false).describe("stop before the work"),
  name: z.string().optional().describe("names the folder"),
});
const read = (words: Record<string, unknown>) => readWords(schema, words, flagOf) as Record<string, unknown>;

test("a key becomes a flag of small letters and hyphens", () => {
  assert.deepEqual(["json", "dryRun", "imagesPerClass"].map(flagOf), ["--json", "--dry-run", "--images-per-class"]);
});

test("flags say what they take, and their help ends on the default", () => {
  assert.deepEqual(
    commanderOptions(schema).map(({ flags, description }) => [flags, description]),
    [
      ["--count <number>", "pictures of each class, from 1 to 9 (default: 3)"],
      ["--share <number>", "share of the pictures, in [0, 1]"],
      ["--kind <zip|folder>", "what is written (default: zip)"],
      ["--suites <value>", "benchmarks (default: c,c-bar)"],
      ["--set <value>", "a change"],
      ["--dry-run", "stop before the work"],
      ["--name <value>", "names the folder"],
    ],
  );
});

test("the help of an option that must be given says so", () => {
  const [option] = commanderOptions(z.strictObject({ model: z.string().describe("folder of a run") }));
  assert.equal(option!.description, "folder of a run (required)");
});

test("an option may have one letter more", () => {
  const short = z.strictObject({ output: z.string().optional().describe("file to write").meta({ short: "o" }) });
  const [option] = commanderOptions(short);
  assert.deepEqual([option!.flags, option!.description], ["-o, --output <value>", "file to write"]);
});

test("an argument is required, optional, or takes all that follow", () => {
  const args = commanderArguments(
    z.strictObject({
      run: z.string().describe("folder of a run"),
      rest: z.array(z.string()).describe("more of them"),
    }),
  );
  assert.deepEqual(
    args.map((argument) => [argument.name(), argument.required, argument.variadic, argument.description]),
    [
      ["run", true, false, "folder of a run"],
      ["rest", true, true, "more of them"],
    ],
  );
  const [optional] = commanderArguments(z.strictObject({ file: z.string().optional().describe("a file") }));
  assert.equal(optional?.required, false);
});

test("words that are not given have the schema's defaults", () => {
  assert.deepEqual(read({ share: undefined }), {
    count: 3,
    kind: "zip",
    suites: ["c", "c-bar"],
    set: [],
    dryRun: false,
  });
});

test("words become numbers where a number is wanted, and only there", () => {
  const { count, share, name } = read({ count: "5", share: "0.25", name: "5" });
  assert.deepEqual([count, share, name], [5, 0.25, "5"]);
});

test("a word that does not fit is an error that names the flag, what it must be, and what it is", () => {
  for (const [words, message] of [
    [{ count: "many" }, '--count must be a number, but is "many".'],
    [{ count: "" }, '--count must be a number, but is "".'],
    [{ count: "1.5" }, "--count must be a whole number, but is 1.5."],
    [{ count: "0" }, "--count must be at least 1, but is 0."],
    [{ share: "2" }, "--share must be at most 1, but is 2."],
    [{ kind: "zp" }, '--kind must be one of "zip", "folder", but is "zp". Did you mean "zip"?'],
    [{ suites: ["c", "cbar"] }, '--suites must be one of "c", "c-bar", but is "cbar". Did you mean "c-bar"?'],
  ] as const)
    assert.throws(() => read(words), { code: "usage", message });
});

test("a missing word is named too", () => {
  const run = z.strictObject({ run: z.string().describe("folder of a run") });
  assert.throws(() => readWords(run, {}, (key) => `<${key}>`), {
    code: "usage",
    message: "<run> is missing: folder of a run.",
  });
});
