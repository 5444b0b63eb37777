/** One-off changes, as `--set` takes them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeValues } from "../../src/experiment/describe.ts";
import { ExperimentOptions, parseExperiment } from "../../src/experiment/experiment.ts";
import { applyOverrides } from "../../src/experiment/overrides.ts";
import { namedExperiments } from "../../src/experiment/registry.ts";

const least = { data: "cifar10", model: { kind: "wide-resnet" } };

/** The least experiment with parts of its own, after the changes. */
const changed = (parts: object, ...overrides: string[]) =>
  applyOverrides(ExperimentOptions, { ...least, ...parts }, overrides) as Record<string, unknown>;
const train = (...overrides: string[]) => changed({}, ...overrides).train;
const augment = (before: unknown[], ...overrides: string[]) =>
  (changed({ original: { augment: before } }, ...overrides).original as { augment: unknown[] }).augment;

function refusal(override: string, parts: object = {}): string {
  try {
    changed(parts, override);
  } catch (error) {
    assert.equal((error as { code?: string }).code, "usage");
    return (error as Error).message;
  }
  return "none";
}

test("numbers, words and truth values are read as the option wants them", () => {
  assert.deepEqual(train("train.epochs=30"), { epochs: 30 });
  assert.deepEqual(train("train.seed=1e3"), { seed: 1000 });
  assert.deepEqual(train("train.tf32=true"), { tf32: true });
  assert.deepEqual(train("train.device=cuda:0"), { device: "cuda:0" });
  assert.deepEqual(train("train.device=0"), { device: "0" });
  assert.deepEqual(train("train.clipNorm=none"), { clipNorm: "none" });
  assert.deepEqual(train("train.clipNorm=0.5"), { clipNorm: 0.5 });
  assert.equal(changed({}, "data=fashion-mnist").data, "fashion-mnist");
});

test("a value may hold an equals sign", () => {
  assert.deepEqual(train("train.device=a=b"), { device: "a=b" });
});

test("lists are written with commas or as JSON", () => {
  const expected = { optimizer: { kind: "adamw", betas: [0.8, 0.9] } };
  assert.deepEqual(train("train.optimizer.kind=adamw", "train.optimizer.betas=0.8,0.9"), expected);
  assert.deepEqual(train("train.optimizer.kind=adamw", "train.optimizer.betas=[0.8,0.9]"), expected);
  assert.deepEqual(augment([], "original.augment=trivial-augment"), ["trivial-augment"]);
  assert.deepEqual(augment([], "original.augment=rotate,flip"), ["rotate", "flip"]);
  assert.deepEqual(augment(["flip"], "original.augment=[]"), []);
  assert.deepEqual(augment(["flip"], "original.augment="), []);
});

test("whole objects are written as JSON", () => {
  assert.deepEqual(train('train={"epochs":5}'), { epochs: 5 });
  assert.deepEqual(augment([], 'original.augment=[{"kind":"flip","probability":0.1},"rotate"]'), [
    { kind: "flip", probability: 0.1 },
    "rotate",
  ]);
});

test("an object that is not written yet is begun with its default kind", () => {
  assert.deepEqual(train("train.optimizer.learningRate=0.5"), { optimizer: { kind: "sgd", learningRate: 0.5 } });
  assert.deepEqual(train("train.schedule.first=3"), { schedule: { kind: "warm-restarts", first: 3 } });
  assert.deepEqual(train("train.averaging.from=0.5"), { averaging: { from: 0.5 } });
});

test("what was written beside the changed value stays", () => {
  const before = { train: { epochs: 9, optimizer: { kind: "sgd", momentum: 0.8 } } };
  assert.deepEqual(changed(before, "train.optimizer.learningRate=0.5").train, {
    epochs: 9,
    optimizer: { kind: "sgd", momentum: 0.8, learningRate: 0.5 },
  });
});

test("a word gives way to the object of which a value is set", () => {
  assert.deepEqual(changed({ original: { crop: "none" } }, "original.crop.padding=3").original, {
    crop: { padding: 3 },
  });
  assert.deepEqual(changed({ train: { averaging: "none" } }, "train.averaging.from=0.5").train, {
    averaging: { from: 0.5 },
  });
});

test("places of a list are changed and added, written with brackets or dots", () => {
  assert.deepEqual(augment(["flip", "rotate"], "original.augment[1]=color"), ["flip", "color"]);
  assert.deepEqual(augment(["flip"], "original.augment[1]=color"), ["flip", "color"]);
  assert.deepEqual(augment(["flip"], "original.augment.0=color"), ["color"]);
  assert.deepEqual(changed({}, "original.augment[0]=flip").original, { augment: ["flip"] });
  assert.deepEqual(train("train.optimizer.kind=adamw", "train.optimizer.betas[1]=0.5"), {
    optimizer: { kind: "adamw", betas: [0.9, 0.5] },
  });
});

test("a value inside of a list is changed, and a name alone becomes its object", () => {
  assert.deepEqual(augment(["flip", "rotate"], "original.augment[1].bins=5"), ["flip", { kind: "rotate", bins: 5 }]);
});

test("a place far behind the end of a list is refused", () => {
  const expected = "has no place [999999999]; its next one is [1].";
  const path = "original.augment[999999999]";
  assert.equal(
    refusal(`${path}=flip`, { original: { augment: ["flip"] } }),
    `--set ${path}=flip: "original.augment" ${expected}`,
  );
});

test("later changes come after earlier ones", () => {
  assert.deepEqual(train("train.epochs=3", "train.epochs=4"), { epochs: 4 });
});

test("the experiment that was given stays as it was", () => {
  const before = { ...least, original: { augment: ["flip"] }, train: { optimizer: { kind: "sgd" } } };
  const copy = structuredClone(before);
  applyOverrides(ExperimentOptions, before, [
    "original.augment[0]=rotate",
    "train.optimizer.momentum=0.5",
    "data=cifar100",
  ]);
  assert.deepEqual(before, copy);
});

test("an unknown path is named as far as it is unknown, with the nearest key", () => {
  assert.equal(
    refusal("train.epoch=3"),
    '--set train.epoch=3: unknown key "train.epoch". Did you mean "train.epochs"?',
  );
  assert.equal(refusal("trian.epochs=3"), '--set trian.epochs=3: unknown key "trian". Did you mean "train"?');
  assert.equal(
    refusal("original.augment[0].bin=3", { original: { augment: ["rotate"] } }),
    '--set original.augment[0].bin=3: unknown key "original.augment[0].bin". Did you mean "original.augment[0].bins"?',
  );
  assert.equal(
    refusal("zebra=3"),
    '--set zebra=3: unknown key "zebra". Known there: data, model, original, synthetic, stylizer, train.',
  );
  assert.equal(
    refusal("train.epochs.more=3"),
    '--set train.epochs.more=3: unknown key "train.epochs.more". "train.epochs" has nothing inside.',
  );
});

test("the options of a kind are known only where it is chosen", () => {
  assert.match(
    refusal("train.optimizer.betas=0.8,0.9"),
    /unknown key "train\.optimizer\.betas"\. Known there: kind, learningRate, momentum/,
  );
});

test("names that every object of JavaScript has are not known", () => {
  for (const path of ["__proto__.epochs", "train.constructor", "train.__proto__", "toString"])
    assert.match(refusal(`${path}=1`), /unknown key/);
  assert.equal(({} as Record<string, unknown>).epochs, undefined);
});

test("a change without a value is refused, with an example", () => {
  for (const wrong of ["train.epochs", "=3", ""])
    assert.equal(refusal(wrong), `--set ${wrong}: has no value. Write path=value, as in: --set train.epochs=30`);
});

test("a value that the option does not take is left to the check, which says what is wrong", () => {
  for (const [override, message] of [
    ["train.epochs=many", 'x: "train.epochs" must be a number, but is "many".'],
    ["train.epochs=", 'x: "train.epochs" must be a number, but is "".'],
    ["train.epochs=0", 'x: "train.epochs" must be at least 1, but is 0.'],
    ["train.precision=bfloat", /Did you mean "bfloat16"\?$/],
    ["original.augment=rotat", /^x: "original\.augment\[0\]\.kind" must be .* Did you mean "rotate"\?$/],
    ["train=5", 'x: "train" must be an object, but is 5.'],
  ] as const)
    assert.throws(() => parseExperiment(changed({}, override), "x"), { code: "experiment", message });
});

test("changes of what is no experiment are left to the check too", () => {
  assert.throws(() => parseExperiment(applyOverrides(ExperimentOptions, undefined, ["train.epochs=3"]), "x"), {
    message: /"data" is missing/,
  });
  const broken = { ...least, train: { epoch: 3 } };
  assert.throws(() => parseExperiment(applyOverrides(ExperimentOptions, broken, ["train.seed=3"]), "x"), {
    message: 'x: unknown key "train.epoch". Did you mean "train.epochs"?',
  });
});

test("every value of every known experiment can be set to itself by the path and text that patina show prints", () => {
  for (const { name, experiment } of namedExperiments) {
    const whole = parseExperiment(experiment, name);
    for (const { path, value } of describeValues(whole)) {
      const again = applyOverrides(ExperimentOptions, experiment, [`${path}=${value}`]);
      assert.deepEqual(parseExperiment(again, name), whole, `${name}: ${path}=${value}`);
    }
  }
});
