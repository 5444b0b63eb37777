/** README.md: its commands are known, its experiment is the one in examples/, and every example is one that can be trained. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commands } from "../../src/cli/registry.ts";
import { loadExperiment } from "../../src/experiment/load.ts";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

test("the experiment in the README is examples/first.ts", () => {
  const [, code] = readme.match(/^```ts\n(.*?)^```$/ms)!;
  assert.equal(code, readFileSync(join(root, "examples/first.ts"), "utf8"));
});

test("every example is an experiment without a mistake", async () => {
  const examples = readdirSync(join(root, "examples"));
  assert.ok(examples.length > 0);
  for (const example of examples) await loadExperiment(join(root, "examples", example));
});

test("every command, every target of make and every file that the README names is there", () => {
  const names = [...readme.matchAll(/bin\/patina (\w+)/g)].map(([, name]) => name);
  const targets = [...readme.matchAll(/\bmake (\w+)\b(?= {4}|`)/g)].map(([, name]) => name!);
  const files = [...readme.matchAll(/\]\(([\w./]+)\)|`((?:examples|docs)\/[\w./]+)`/g)].map(([, a, b]) => a ?? b!);
  assert.ok(names.length >= 8 && targets.length >= 3 && files.length >= 8);
  for (const name of names)
    assert.ok(
      commands.some((command) => command.name === name),
      `patina ${name}`,
    );
  const makefile = readFileSync(join(root, "Makefile"), "utf8");
  for (const target of targets) assert.match(makefile, new RegExp(`^${target}:`, "m"));
  for (const file of files) assert.ok(existsSync(join(root, file)), file);
});
