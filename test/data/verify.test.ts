import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { verifyArrays, verifyDataSet, verifyFolder } from "../../src/data/verify.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import { zipOf } from "../formats/archives.ts";
import { cifarBinary, cifarRecords, noise, plain, png, temporaryFolder, writeFiles } from "./samples.ts";

const quiet = {};
const square = { height: 8, width: 8, channels: 3 } as const;

test("a known data set: counts of each class, shape, digests, and that it is a part only", async () => {
  const folder = writeFiles(temporaryFolder(), {
    "cifar-10-batches-bin/data_batch_1.bin": cifarBinary(cifarRecords("a", 12, 10)),
    "cifar-10-batches-bin/test_batch.bin": cifarBinary(cifarRecords("b", 10, 10)),
  });
  const { name, classes, parts, shapes, problems, warnings } = await verifyDataSet("cifar10", folder, quiet);
  assert.deepEqual([name, classes.length, shapes, problems], ["cifar10", 10, { "32x32x3": 22 }, []]);
  assert.deepEqual(
    parts.map(({ name, count, perClass }) => [name, count, perClass]),
    [
      ["train", 12, [2, 2, 1, 1, 1, 1, 1, 1, 1, 1]],
      ["test", 10, new Array(10).fill(1)],
    ],
  );
  assert.match(parts[0]!.digest, /^[0-9a-f]{64}$/);
  assert.match(warnings.join("\n"), /a part of cifar10 only: 12 of 50,000 training pictures, 10 of 10,000/);
});

test("test pictures that are among the training pictures are counted, and one pair named", async () => {
  const [train, test] = [cifarRecords("a", 10, 10), cifarRecords("b", 10, 10)];
  const folder = writeFiles(temporaryFolder(), {
    "cifar-10-batches-bin/data_batch_1.bin": cifarBinary(train),
    "cifar-10-batches-bin/test_batch.bin": cifarBinary([...test, train[7]!, train[2]!, train[7]!]),
  });
  const { warnings } = await verifyDataSet("cifar10", folder, quiet);
  assert.match(
    warnings.join("\n"),
    /3 of the test pictures are among .* \(test picture 10 is training picture 7, \.\.\.\)/,
  );
});

test("what does not load is a problem, in the words of the error", async () => {
  const { problems, parts } = await verifyDataSet("cifar100", temporaryFolder(), quiet);
  assert.deepEqual(parts, []);
  assert.match(problems.join(), /cifar100: is not in .*Type: patina data fetch cifar100/);
});

test("a folder: shapes, repeats, and a digest that files of other names keep", async () => {
  const [one, two] = [await png(noise(square, 1)), await png(plain(9, 8, 100))];
  const folder = writeFiles(temporaryFolder(), { "a/1.png": one, "a/2.png": two, "b/1.png": one, "b/x.txt": "" });
  const { parts, shapes, problems, warnings } = await verifyFolder(folder, quiet);
  assert.deepEqual(parts[0]?.perClass, [2, 1]);
  assert.deepEqual(shapes, { "8x8x3": 2, "9x8x1": 1 });
  assert.deepEqual(problems, []);
  assert.match(warnings.join("\n"), /skipped a file that is no picture by name \(b\/x\.txt\)/);
  assert.match(warnings.join("\n"), /not of one size/);
  assert.match(
    warnings.join("\n"),
    /1 pictures are there more than once, 1 of them in two classes .*a\/1\.png and b\/1\.png/,
  );
  const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
  const labels = Uint8Array.of(0, 0, 0, 0, 1, 0); // 0, 0, 1 in 16 bits
  const expected = createHash("sha256").update(labels).update(sha(one)).update(sha(two)).update(sha(one)).digest("hex");
  assert.equal(parts[0]?.digest, expected);
});

test("a folder with broken pictures names them", async () => {
  const folder = writeFiles(temporaryFolder(), { "a/1.png": await png(noise(square, 1)), "b/1.png": "broken" });
  const { problems, parts } = await verifyFolder(folder, quiet);
  assert.equal(problems.length, 1);
  assert.match(problems[0]!, /b\/1\.png: cannot be decoded/);
  assert.equal(parts[0]?.count, 2);
});

test("one .npz: counts, shape and digest", async () => {
  const image = writeNpy({ dtype: "uint8", shape: [3, 8, 8, 1], bytes: new Uint8Array(192) });
  const label = writeNpy({ dtype: "uint8", shape: [3], bytes: Uint8Array.of(2, 0, 2) });
  const bytes = zipOf([
    { name: "image.npy", data: image },
    { name: "label.npy", data: label },
  ]);
  const folder = writeFiles(temporaryFolder(), { "pool.npz": bytes });
  const { parts, shapes, warnings } = await verifyArrays(join(folder, "pool.npz"), temporaryFolder(), quiet);
  assert.deepEqual([parts[0]?.perClass, shapes], [[1, 0, 2], { "8x8x1": 3 }]);
  const text = createHash("sha256")
    .update("8x8x1:3\n")
    .update(Uint8Array.of(2, 0, 0, 0, 2, 0));
  assert.equal(parts[0]?.digest, text.update(new Uint8Array(192)).digest("hex"));
  assert.match(warnings.join(), /1 of the classes 0 to 2 have no pictures/);
});
