/** docs/corruptions.md: its table is that of the registry, its commands are known, its example runs, its facts hold. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withCorruptionTables } from "../../scripts/corruption-tables.ts";
import { generatedOrigin } from "../../src/benchmark/generated.ts";
import type { Command } from "../../src/cli/command.ts";
import corruptCommand from "../../src/cli/corrupt.ts";
import { flagOf } from "../../src/cli/options.ts";
import { commands } from "../../src/cli/registry.ts";
import { suiteVersion } from "../../src/corrupt/suites.ts";

const root = join(import.meta.dirname, "../..");
const document = readFileSync(join(root, "docs/corruptions.md"), "utf8");

test("the table is the one that the registry gives now", () => {
  assert.equal(document, withCorruptionTables(document), "docs/corruptions.md is old. Type: npm run docs");
});

test("the version is the suite's", () => {
  assert.ok(document.includes(`now **${suiteVersion}**`));
  assert.ok(document.includes(`\`${generatedOrigin}\``));
});

test("every command in the text is known, and corrupt has every flag that is shown with it", () => {
  const lines = [...document.matchAll(/bin\/patina (\w+)([^\n#]*)/g)];
  assert.ok(lines.length > 5);
  const flags = Object.keys((corruptCommand as Command).options!.shape).map(flagOf);
  for (const [, name, words] of lines) {
    assert.ok(
      commands.some((command) => command.name === name),
      name,
    );
    if (name === "corrupt") for (const [flag] of words!.matchAll(/--[\w-]+/g)) assert.ok(flags.includes(flag), flag);
  }
});

test("the example runs", () => {
  const [, example] = /```js\n(.*?)```/s.exec(document)!;
  const text = example!.replace('"patina/corrupt"', JSON.stringify(join(root, "src/corrupt/index.ts")));
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", text], { encoding: "utf8" });
  assert.equal(stdout.trim(), "3072", stderr);
});
