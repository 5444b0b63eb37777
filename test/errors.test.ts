import assert from "node:assert/strict";
import { test } from "node:test";
import { about, type ErrorCode, exitStatus, nearestName, PatinaError } from "../src/errors.ts";

test("an error has its code, message, name and cause, and is an Error with a stack", () => {
  const cause = new Error("inner");
  const error = new PatinaError("data", "a.bin: is missing. Fetch it.", { cause });
  assert.ok(error instanceof Error);
  assert.deepEqual([error.code, error.message, error.name], ["data", "a.bin: is missing. Fetch it.", "PatinaError"]);
  assert.equal(error.cause, cause);
  assert.match(error.stack!, /errors\.test\.ts/);
});

test("misuse ends with 2, an interruption with 130, all else with 1", () => {
  const statuses: Record<number, ErrorCode[]> = {
    1: ["argument", "torch", "file-missing", "file-damaged", "file-hostile", "data", "run", "weights", "not-finite"],
    2: ["usage", "experiment", "unknown-name"],
    130: ["interrupted"],
  };
  for (const [status, codes] of Object.entries(statuses))
    for (const code of codes) assert.equal(exitStatus(code), Number(status), code);
});

test("what is refused about a thing has its name before it, and keeps its code; other errors stay as they are", () => {
  const refuse = () => {
    throw new PatinaError("picture", "is too narrow.");
  };
  assert.throws(() => about("a.png", refuse), { code: "picture", message: "a.png: is too narrow." });
  const fail = () => {
    throw new TypeError("a bug");
  };
  assert.throws(() => about("a.png", fail), { name: "TypeError", message: "a bug" });
  assert.equal(
    about("a.png", () => 3),
    3,
  );
});

const names = ["cifar10", "cifar100", "fashion-mnist", "wide-resnet"];

test("a mistyped name is led to the nearest known one", () => {
  assert.equal(nearestName("cifar-10", names), "cifar10");
  assert.equal(nearestName("cifar1000", names), "cifar100");
  assert.equal(nearestName("fashionmnist", names), "fashion-mnist");
  assert.equal(nearestName("Wide-ResNet", names), "wide-resnet");
  assert.equal(nearestName("wide-resent", names), "wide-resnet");
});

test("two letters that changed places are one mistake", () => {
  assert.equal(nearestName("modle", ["model"]), "model");
  assert.equal(nearestName("trian", ["test", "train"]), "train");
  assert.equal(nearestName("ba", ["ab"]), "ab");
});

test("of names equally near the first is taken", () => {
  assert.equal(nearestName("ac", ["ab", "ad"]), "ab");
});

test("a third of the letters may differ, not more", () => {
  assert.equal(nearestName("abcdef", ["abcdXY"]), "abcdXY");
  assert.equal(nearestName("abcdef", ["abcXYZ"]), undefined);
});

test("where nothing is near, nothing is proposed", () => {
  assert.equal(nearestName("imagenet", names), undefined);
  assert.equal(nearestName("9", ["1", "2"]), undefined);
  assert.equal(nearestName("", names), undefined);
  assert.equal(nearestName("cifar10", []), undefined);
});
