/**
 * A process of its own for bench/memory.ts, so that nothing else is in its memory: loads CIFAR-10 from the folder of data
 * sets that is named, and prints the MB of resident set that it added, and that it added at the highest.
 */
import assert from "node:assert/strict";
import { loadDataSet } from "../src/data/data-set.ts";
import { highestMegabytes } from "./resident.ts";

const residentMegabytes = () => process.memoryUsage.rss() / 1e6;

const before = residentMegabytes();
const { train, test } = await loadDataSet("cifar10", process.argv[2]!);
const kept = residentMegabytes() - before;
const peak = highestMegabytes() - before;
assert.deepEqual([train.count, test.count], [50_000, 10_000]);
assert.equal(train.labels[12_345], 5); // as written: the index modulo 10
console.log(JSON.stringify({ kept, peak }));
