import assert from "node:assert/strict";
import { test } from "node:test";
import { toJunit } from "../../src/evaluate/output/junit.ts";
import { judgeEvaluation, parseRequirement } from "../../src/evaluate/requirements.ts";
import { sampleEvaluation } from "./sample-evaluation.ts";

test("a requirement is a suite and a least accuracy", () => {
  assert.deepEqual(parseRequirement("c15=0.85"), { name: "c15", least: 0.85 });
  assert.deepEqual(parseRequirement("clean=.9"), { name: "clean", least: 0.9 });
});

for (const text of ["c15", "c15=", "=0.8", "c15=85", "c15=1.01", "c15=-0.1", "c15=0.8=1", "c15=1e-1", "c15=abc", ""])
  test(`"${text}" is no requirement: the error shows one`, () => {
    assert.throws(() => parseRequirement(text), { code: "usage", message: /c15=0\.85/ });
  });

test("an unknown suite is an error with the nearest name", () => {
  assert.throws(() => parseRequirement("cbar=0.5"), { code: "unknown-name", message: /Did you mean "c-bar"\?/ });
});

test("a requirement is met at its least accuracy, and not below", () => {
  const judge = (least: number) => judgeEvaluation(sampleEvaluation, "official", [{ name: "c15", least }])[0]!;
  assert.deepEqual(judge(0.75), { name: "c15", least: 0.75, accuracy: 0.75, isMet: true });
  assert.equal(judge(0.7501).isMet, false);
});

test("a requirement of clean pictures needs no suite", () => {
  assert.equal(judgeEvaluation(sampleEvaluation, "official", [{ name: "clean", least: 0.9 }])[0]!.accuracy, 0.9);
});

test("a suite that was not measured is an error", () => {
  assert.throws(() => judgeEvaluation(sampleEvaluation, "official", [{ name: "c-bar", least: 0.5 }]), {
    code: "usage",
    message: /not all cells of c-bar were measured/,
  });
});

test("the JUnit file counts what is not met, and escapes names", () => {
  const evaluation = { ...sampleEvaluation, model: { ...sampleEvaluation.model, name: 'a<b&"c"' } };
  const judgements = judgeEvaluation(evaluation, "official", [
    { name: "clean", least: 0.8 },
    { name: "c15", least: 0.85 },
  ]);
  assert.equal(
    toJunit(evaluation, judgements),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1">
  <testsuite name="patina evaluate" tests="2" failures="1">
    <testcase classname="a&lt;b&amp;&quot;c&quot; on cifar10" name="clean at least 0.8"/>
    <testcase classname="a&lt;b&amp;&quot;c&quot; on cifar10" name="c15 at least 0.85">
      <failure message="c15: 0.7500 is below 0.85"/>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});
