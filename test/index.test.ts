/** The library's public names: users build on them, so a change here is meant, or a mistake. */
import assert from "node:assert/strict";
import { test } from "node:test";

test("the library exports these names", async () => {
  assert.deepEqual(Object.keys(await import("../src/index.ts")).sort(), [
    "PatinaError",
    "buildAddon",
    "defineExperiment",
    "describeValues",
    "evaluate",
    "exportOnnx",
    "fetchDataSet",
    "findKnown",
    "importDataSet",
    "inspectMachine",
    "knownDataSets",
    "listDataSets",
    "loadDataSet",
    "loadExperiment",
    "loadNamed",
    "loadTrainedNetwork",
    "makeBenchmark",
    "namedExperiments",
    "openGenerated",
    "openOfficial",
    "overlapOfRun",
    "parseExperiment",
    "preview",
    "readJournal",
    "readWeights",
    "report",
    "reproduce",
    "resume",
    "train",
    "verifyArrays",
    "verifyDataSet",
    "verifyFolder",
    "writeWeights",
  ]);
});
