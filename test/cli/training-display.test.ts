/** What a person sees of a training, from what training tells. */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { TrainingDisplay } from "../../src/cli/training-display.ts";
import type { Progress } from "../../src/train/progress.ts";

let clock = 0;
let err = "";
let moving = "";

beforeEach(() => {
  [clock, err, moving] = [0, "", ""];
  mock.restoreAll();
  mock.method(performance, "now", () => clock);
});

/** A display whose permanent lines gather in `err`; what moves goes to the terminal by itself, and gathers in `moving`. */
function display(isTerminal = false): TrainingDisplay {
  mock.method(process.stderr, "write", (text: string) => {
    moving += text;
    return true;
  });
  const write = (text: string) => {
    err += text;
  };
  return new TrainingDisplay({ out: assert.fail, err: write, isTerminal });
}

const start: Progress = {
  kind: "start",
  run: "runs/a",
  pictures: 48_000,
  epochs: 12,
  device: "cpu",
  threads: 2,
  isResumed: false,
};
const epoch = (number: number, more: object = {}): Progress => ({
  kind: "epoch",
  line: { epoch: number, loss: 1.23456, learningRate: 0.0123456, ...more },
  seconds: 20,
  pictures: 48_000,
});
const step = (number: number, seconds: number): Progress => ({
  kind: "step",
  epoch: 3,
  step: number,
  steps: 100,
  loss: 0.5,
  seconds,
  pictures: 480 * number,
});

test("a training that starts says into which folder, with how much, and where", () => {
  display().report(start);
  assert.equal(err, "Training into runs/a: 48,000 pictures, 12 epochs, on the CPU, 2 threads\n");
});

test("one is not many", () => {
  display().report({ ...start, epochs: 1, threads: 1 });
  assert.match(err, /, 1 epoch, on the CPU, 1 thread\n$/);
});

test("a training that goes on says so; a GPU is named alone", () => {
  display().report({ ...start, isResumed: true, device: "cuda:0" });
  assert.equal(err, "Going on with runs/a: 48,000 pictures, 12 epochs, on cuda:0\n");
});

test("an epoch is one line: number, loss, accuracy, learning rate, speed, time left", () => {
  const shown = display();
  shown.report(start);
  clock = 30_000;
  err = "";
  shown.report(epoch(1, { cleanAccuracy: 0.87654 }));
  assert.equal(
    err,
    "epoch  1/12  loss 1.2346  held-out accuracy 87.65 %  learning rate 0.0123  2,400 pictures/s  6 min left\n",
  );
});

test("without held-out pictures there is no accuracy, and in the last epoch no time left", () => {
  const shown = display();
  shown.report(start);
  err = "";
  shown.report(epoch(12));
  assert.equal(err, "epoch 12/12  loss 1.2346  learning rate 0.0123  2,400 pictures/s\n");
});

test("the time left is that of the epochs which were carried out here", () => {
  const shown = display();
  shown.report({ ...start, isResumed: true });
  clock = 40_000;
  shown.report(epoch(9));
  clock = 60_000;
  err = "";
  shown.report(epoch(10)); // 30 s an epoch, two are left
  assert.match(err, / {2}60 s left\n$/);
});

test("times are told in seconds, minutes, or hours and minutes", () => {
  for (const [seconds, expected] of [
    [0.2, "1 s"],
    [99, "99 s"],
    [100, "2 min"],
    [5_960, "99 min"],
    [5_980, "1 h 40 min"],
    [7_199, "2 h 0 min"],
    [90_000, "25 h 0 min"],
  ] as const) {
    const shown = display();
    clock = 0;
    shown.report({ ...start, epochs: 2 });
    clock = seconds * 1000;
    err = "";
    shown.report(epoch(1));
    assert.match(err, new RegExp(`  ${expected} left\n$`), `${seconds} s`);
  }
});

test("the averaged weights, notes and warnings have their lines; waiting has none that stays", () => {
  const shown = display();
  shown.report({ kind: "averaged", line: { event: "averaged", cleanAccuracy: 0.9 } });
  shown.report({ kind: "note", text: "A note" });
  shown.report({ kind: "warning", text: "A warning" });
  shown.report({ kind: "end", line: { event: "end", testAccuracy: 0.9 } });
  assert.equal(err, "averaged weights: held-out accuracy 90.00 %\nA note\nWarning: A warning\n");
});

test("steps say nothing where no person watches", () => {
  const shown = display();
  shown.report(start);
  err = "";
  for (let number = 1; number <= 100; number++) {
    clock += 1000;
    shown.report(step(number, number));
  }
  shown.end();
  assert.equal(err + moving, "");
});

test("on a terminal a line moves: epoch, share, step, loss, speed, time left of the epoch and in all", () => {
  const shown = display(true);
  shown.report(start);
  clock = 5_000;
  shown.report(step(25, 5)); // 20 s an epoch: 15 are left of the fourth, and 160 of the eight behind it
  assert.match(
    moving.replaceAll("\n", ""), // it is wrapped to the terminal
    /epoch 4\/12 {2}█{5}░{15} {2}step 25\/100 {2}loss 0\.5000 {2}2,400 pictures\/s {2}15 s left of the epoch, 3 min in all/,
  );
});

test("the line moves ten times a second at most, but always shows the last step", () => {
  const shown = display(true);
  shown.report(start);
  clock = 1000;
  shown.report(step(1, 1));
  const first = moving;
  clock = 1050;
  shown.report(step(2, 2));
  assert.equal(moving, first);
  shown.report(step(100, 3));
  assert.match(moving.slice(first.length), /step 100\/100/);
});

test("a line that stays takes the moving one away first", () => {
  const shown = display(true);
  shown.report(start);
  clock = 1000;
  shown.report(step(1, 1));
  const before = moving.length;
  shown.report(epoch(4));
  assert.match(err, /^Training into .*\nepoch {2}4\/12 .*\n$/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's command that erases a line
  assert.match(moving.slice(before), /\u001b\[2K/);
});

test("the summary holds accuracy and loss on the test set, epochs, speed, time and the folder", () => {
  const shown = display();
  shown.report(start);
  shown.report(epoch(11));
  shown.report(epoch(12));
  shown.report({ kind: "end", line: { event: "end", epoch: 12, testAccuracy: 0.91234, testLoss: 0.345678 } });
  clock = 125_000;
  const summary = shown.summary({ run: "runs/a", testAccuracy: 0.91234 });
  const rows = [...summary.matchAll(/│ (.*?) +│ (.*?) +│/g)].map(([, name, value]) => [name, value]);
  assert.deepEqual(rows, [
    ["test accuracy", "91.23 %"],
    ["test loss", "0.3457"],
    ["epochs", "12"],
    ["speed", "2,400 pictures a second in training"],
    ["time", "2 min"],
    ["run", "runs/a"],
  ]);
});

test("a run that had only its end left has no speed", () => {
  const shown = display();
  shown.report({ ...start, isResumed: true });
  assert.doesNotMatch(shown.summary({ run: "runs/a", testAccuracy: 0.5 }), /speed|time/);
});
