/** The line that tells how far long work with pictures is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DataDisplay } from "../../src/cli/data-display.ts";

for (const [seconds, done, rate] of [
  [20, 3, "0.1 a second"],
  [30, 101, "3.3 a second"],
  [10, 90_001, "9,000 a second"],
] as const)
  test(`${done - 1} steps in ${seconds} s are ${rate}`, (context) => {
    let now = 0;
    context.mock.method(performance, "now", () => now);
    const written: string[] = [];
    const display = new DataDisplay({ out: () => {}, err: (text) => void written.push(text), isTerminal: false });
    const step = { kind: "wait", what: "training the encoder", unit: "steps", total: undefined } as const;
    display.report({ ...step, done: 1 });
    now = seconds * 1000;
    display.report({ ...step, done });
    assert.deepEqual(written, [`training the encoder: ${done.toLocaleString("en")} steps, ${rate}\n`]);
  });
