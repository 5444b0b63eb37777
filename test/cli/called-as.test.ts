import assert from "node:assert/strict";
import { test } from "node:test";
import { calledAs, isVerbatim, nameCommands } from "../../src/cli/called-as.ts";

test("the name is the one it was called by: from a clone, under npx, installed", () => {
  assert.equal(calledAs({ PATINA_COMMAND: "bin/patina" }), "bin/patina");
  assert.equal(calledAs({ npm_command: "exec" }), "npx patina");
  assert.equal(calledAs({}), "patina");
});

test("commands in a message take that name, other words do not", () => {
  const text = "go on with: patina train --resume runs/patina train-1. Type: patina COMMAND --help. patina: patina is";
  assert.equal(
    nameCommands(text, "bin/patina"),
    "go on with: bin/patina train --resume runs/patina train-1. Type: bin/patina COMMAND --help. patina: patina is",
  );
  assert.equal(nameCommands(text, "patina"), text);
  assert.equal(nameCommands("npx patina data list", "npx patina"), "npx patina data list");
});

test("JSON and reports stay as they are: they go into files, and to other machines", () => {
  assert.ok(isVerbatim(["report", "runs/a", "--format", "card"]));
  assert.ok(isVerbatim(["evaluate", "runs/a", "--json"]));
  assert.ok(!isVerbatim(["report", "--help"]));
  assert.ok(!isVerbatim(["evaluate", "report"]));
});
