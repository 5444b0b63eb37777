/** docs/evaluation.md: its commands and options are there, and its table is that of the schema. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withEvaluationTable } from "../../scripts/evaluation-table.ts";
import { runCommand } from "../cli/run-command.ts";

const document = readFileSync(join(import.meta.dirname, "../../docs/evaluation.md"), "utf8");

test("the table is the one that the schema gives now", () => {
  assert.equal(document, withEvaluationTable(document), "docs/evaluation.md is old. Type: npm run docs");
});

test("every option that the document names is one of the command", async () => {
  const { out } = await runCommand(["evaluate", "--help"]);
  const known = new Set(out.match(/--[a-z-]+/g));
  const named = [...new Set(document.match(/(?<![\w-])--[a-z][a-z-]+/g))];
  assert.deepEqual(
    named.filter((option) => !known.has(option)),
    [],
  );
});
