/** The page of an audit: names from outside stay text, and it shows what it speaks of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createDataSet, createPictureSet } from "../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../../src/data/picture-store.ts";
import type { Audit } from "../../src/pool/audit.ts";
import { drawAuditPage } from "../../src/report/audit-page.ts";
import { noise } from "../data/samples.ts";

const shape = { height: 8, width: 8, channels: 3 } as const;
const CLASSES = ["<script>alert(1)</script>", 'a"b'];

function setOf(name: string) {
  const bytes = allocatePictures(6, 192);
  for (let index = 0; index < 6; index++) bytes.set(noise(shape, name, index).bytes, 192 * index);
  const labels = Uint16Array.of(0, 1, 0, 1, 0, 1);
  return createPictureSet({ name, shape, store: new MemoryStore(bytes, 192), labels, classCount: 2 });
}

const none = { exact: [], near: [] };
const audit: Audit = {
  format: 1,
  patina: "0",
  pool: { path: "<i>.npz", count: 6, ...shape, dtype: "uint8", digest: "d" },
  dataSet: { name: "pets", train: "t", test: "u" },
  problems: [],
  classes: CLASSES.map((name) => ({ name, count: 3 })),
  limits: { distance: 10, share: 0.3, blank: 4 },
  copies: { pool: none, train: none, test: none },
  blank: [],
};
const [train, held] = [setOf("train"), setOf("test")];
const data = createDataSet({
  name: "pets",
  classes: CLASSES,
  train,
  test: held,
  mean: [0, 0, 0],
  deviation: [1, 1, 1],
});
const draw = (changes: Partial<Audit> = {}) =>
  drawAuditPage({ audit: { ...audit, ...changes }, pool: setOf("pool"), data }, "0");

test("names of classes and files are text, whatever they hold, and nothing is loaded from elsewhere", async () => {
  const page = await draw();
  assert.doesNotMatch(page, /<script|<i>|a"b|src="(?!data:)/);
  assert.match(page, /script-src 'none'/);
  assert.match(page, /&lt;script&gt;alert\(1\)/);
});

test("copies of pictures for the test come with a warning, those of training pictures without", async () => {
  const near = { exact: [], near: [{ picture: 1, of: 2, distance: 4.25 }] };
  assert.match(await draw({ copies: { ...audit.copies, test: near } }), /class="warning">Whoever trains on copies/);
  const page = await draw({ copies: { ...audit.copies, train: near } });
  assert.doesNotMatch(page, /class="warning"/);
  assert.match(page, /1 and 2, 4\.3 levels apart/);
});

test("what does not fit stands at the top as a warning", async () => {
  const page = await draw({ problems: ["another size"] });
  assert.match(page, /<strong>It does not fit/);
  assert.match(page, /class="warning">another size/);
});

test("why labels were not judged stands at the top as a warning", async () => {
  const page = await draw({ unjudged: "<b> takes pictures of 8x8x1" });
  assert.match(page, /class="warning">Its labels were not judged: &lt;b&gt; takes pictures of 8x8x1\./);
  assert.doesNotMatch(page, /agreement/);
});

test("a class without pictures has no agreement in the table", async () => {
  const classes = [
    { name: "cat", count: 3, agreement: 0.5 },
    { name: "dog", count: 0 },
  ];
  const page = await draw({ classes, classifier: { run: "r", weights: "w", agreement: 0.5, doubted: [] } });
  assert.match(page, /cat<\/bdi><\/th><td>3<\/td><td>50\.0<\/td>/);
  assert.match(page, /dog<\/bdi><\/th><td>0<\/td><td><\/td>/);
});
