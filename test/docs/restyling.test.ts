/** docs/restyling.md: its commands are known, its settings are options, its example runs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commands } from "../../src/cli/registry.ts";
import { OriginalOptions, SyntheticOptions } from "../../src/train/picture-options.ts";

const root = join(import.meta.dirname, "../..");
const document = readFileSync(join(root, "docs/restyling.md"), "utf8");
const [settings, example] = [...document.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);

test("every command in the text is known", () => {
  const names = [...document.matchAll(/bin\/patina (\w+)/g)].map(([, name]) => name);
  assert.ok(names.length > 5);
  for (const name of names)
    assert.ok(
      commands.some((command) => command.name === name),
      name,
    );
});

test("the settings are options, the schedule too", () => {
  const { original, synthetic } = new Function(`return { ${settings} }`)();
  assert.equal(OriginalOptions.parse(original).combine, "and");
  assert.equal(SyntheticOptions.parse(synthetic).combine, "or");
  const [, schedule] = /`share: (\{ at: .*?\} ?)`/.exec(document)!;
  SyntheticOptions.parse({ pool: "a", share: new Function(`return ${schedule}`)() });
});

test("the example runs", () => {
  const text = example!.replace('"patina"', JSON.stringify(join(root, "src/index.ts")));
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", text], { encoding: "utf8" });
  assert.equal(stdout.trim(), String(2 * 32 * 32 * 3), stderr);
});
