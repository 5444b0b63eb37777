import assert from "node:assert/strict";
import { test } from "node:test";
import { calledAs, nameCommands } from "../../src/cli/called-as.ts";

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
