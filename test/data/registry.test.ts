/** What every known data set must be, checked over the registry; and how experiments write their data. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { loadDataSet } from "../../src/data/data-set.ts";
import type { KnownDataSet } from "../../src/data/known-data-set.ts";
import { listDataSets } from "../../src/data/list.ts";
import { DataOptions } from "../../src/data/options.ts";
import { findKnown, knownDataSets, knownNames } from "../../src/data/registry.ts";
import { ExperimentOptions, parseExperiment } from "../../src/experiment/experiment.ts";
import { descriptionOf, schemasAt } from "../../src/experiment/schema-tree.ts";
import { temporaryFolder, writeFiles } from "./samples.ts";

for (const set of knownDataSets as readonly KnownDataSet[]) {
  const { name, releases, summary } = set;

  test(`${name} has a name in kebab-case and says in a line what it is`, () => {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.ok(summary.length > 0 && summary.length < 60);
  });

  test(`${name}: every file of its releases has a size, a sha256 and an address`, () => {
    for (const { files, isArchive } of releases) {
      assert.ok(isArchive ? files.length === 1 : files.length > 1);
      for (const file of files) {
        assert.ok(file.bytes > 1000);
        assert.match(file.sha256, /^[0-9a-f]{64}$/);
        assert.ok(file.urls.length > 0 && file.urls.every((url) => url.endsWith(`/${file.name}`)));
      }
    }
  });

  test(`${name}: no name that belongs to it leads out of its folder`, () => {
    const names = ["../train.bin", "/train.bin", "a/../train.bin", "..", "train/../../x.JPEG", "train.bin\0", "a\\b"];
    for (const { member } of releases) for (const path of names) assert.equal(member.test(path), false, path);
  });

  test(`${name} is an experiment's data by its name, and where it is not there the error says what to type`, async () => {
    assert.equal(DataOptions.parse(name), name);
    const folder = temporaryFolder();
    const isElsewhere = set.otherPlaces.some((path) => set.holds(path));
    if (!isElsewhere)
      await assert.rejects(loadDataSet(DataOptions.parse(name), folder), {
        code: "data",
        message: new RegExp(`^${name}: is not in ${folder} .*Type: patina data fetch ${name} `),
      });
  });
}

test("the list says where a data set is, and otherwise what to type", () => {
  const folder = writeFiles(temporaryFolder(), { "cifar-100-python/train": "", "cifar-10-python.tar.gz": "" });
  const sets = new Map(listDataSets(folder).map((set) => [set.name, set]));
  assert.deepEqual([...sets.keys()], knownNames);
  assert.equal(sets.get("cifar100")?.place, join(folder, "cifar-100-python"));
  assert.equal(sets.get("cifar10")?.place, join(folder, "cifar-10-python.tar.gz"));
  assert.match(sets.get("tiny-imagenet")?.remedy ?? "", /^patina data fetch tiny-imagenet /);
});

test("an unknown data set is an error that names the nearest one", () => {
  assert.throws(() => findKnown("cifar-10"), { code: "unknown-name", message: /Did you mean "cifar10"\?/ });
});

const model = { kind: "wide-resnet" };
const mistakes: [data: unknown, message: RegExp][] = [
  ["cifar11", /"data" must be one of "fashion-mnist".* but is "cifar11"\. Did you mean "cifar10"\?/],
  [
    { kind: "foldr", folder: "x" },
    /"data\.kind" must be one of "folder", "arrays", but is "foldr"\. Did you mean "folder"/,
  ],
  [{ folder: "x", test: "y" }, /"data\.kind" is missing; it must be one of "folder", "arrays"/],
  [{ kind: "folder", folder: "x", test: "y", sise: 64 }, /unknown key "data\.sise"\. Did you mean "data\.size"\?/],
  [{ kind: "folder", folder: "x", test: { share: 1 } }, /"data\.test\.share" must be below 1, but is 1/],
  [{ kind: "folder", folder: "x", test: "y", channels: 4 }, /"data\.channels" must be one of 1, 3, but is 4/],
  [{ kind: "folder", folder: "x", test: "y", crop: "center" }, /"data\.crop" .*Did you mean "centre"/],
  [{ kind: "arrays", train: "a.npz" }, /"data\.test" is missing/],
  [{ kind: "arrays", train: { pictures: "a" }, test: "b" }, /"data\.train\.labels" is missing/],
];
for (const [data, message] of mistakes)
  test(`data of an experiment: ${JSON.stringify(data)} is explained`, () => {
    assert.throws(() => parseExperiment({ data, model }, "e.ts"), { code: "experiment", message });
  });

test("a folder's options have their defaults, and each says what it is", () => {
  const { data } = parseExperiment({ data: { kind: "folder", folder: "x", test: { share: 0.2 } }, model }, "e.ts");
  assert.deepEqual(data, { kind: "folder", folder: "x", test: { share: 0.2 }, crop: "centre", channels: 3 });
  for (const path of [["folder"], ["test"], ["test", "share"], ["size"], ["crop"], ["channels"]]) {
    const [schema] = schemasAt(ExperimentOptions, ["data", ...path], { data });
    assert.ok((descriptionOf(schema!) ?? "").length > 10, path.join("."));
  }
});
