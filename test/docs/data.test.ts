/** docs/data.md: its examples are options, its data sets and commands are those that are known. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import data from "../../src/cli/data.ts";
import { DataOptions } from "../../src/data/options.ts";
import { knownDataSets } from "../../src/data/registry.ts";

const document = readFileSync(join(import.meta.dirname, "../../docs/data.md"), "utf8");

test("every example is valid, as it is written", () => {
  const examples = [...document.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) =>
    new Function(`return { ${code} }`)(),
  );
  assert.equal(examples.length, 2);
  for (const example of examples) DataOptions.parse(example.data);
});

test("every known data set has its row, with its counts and every folder and archive that is looked for", () => {
  for (const { name, counts, shape, classCount, releases, readsArchives } of knownDataSets) {
    const row = document.match(new RegExp(`^\\| \`${name}\` \\|.*$`, "m"))?.[0] ?? "";
    const pictures = `${counts.train.toLocaleString("en")} + ${counts.test.toLocaleString("en")} of ${shape.height}x${shape.width}`;
    assert.ok(row.includes(pictures), `${name}: ${pictures}`);
    assert.match(row, new RegExp(`\\b${classCount} (fine )?classes`));
    for (const { folder, files } of releases) {
      assert.ok(row.includes(`\`${folder}/\``), folder);
      if (readsArchives) assert.ok(row.includes(`\`${files[0]!.name}\``), files[0]!.name);
    }
  }
});

test("every command of patina data is shown, and no other", () => {
  const named = new Set([...document.matchAll(/bin\/patina data (\w+)/g)].map(([, name]) => name));
  assert.deepEqual(
    [...named],
    data.commands.map(({ name }) => name),
  );
});
