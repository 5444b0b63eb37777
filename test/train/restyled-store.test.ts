/** The ring of restyled pictures: in memory and in a file, what was written is what is read; who waits is woken. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Worker } from "node:worker_threads";
import { RestyledReader, RestyledStore } from "../../src/train/restyled-store.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-restyled-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const picture = (value: number) => new Uint8Array(12).fill(value);

for (const kind of ["memory", "file"] as const) {
  const open = () => new RestyledStore(12, 3, kind === "file" ? join(folder, "ring.tmp") : undefined);

  test(`${kind}: each picture is read by its number; a later one takes the place of one three before`, () => {
    const store = open();
    const reader = new RestyledReader(store.share);
    const target = new Uint8Array(12);
    store.append(Uint8Array.from([...picture(1), ...picture(2)]));
    for (const number of [0, 1]) {
      assert.equal(reader.readInto(number, target), true);
      assert.deepEqual(target, picture(number + 1));
    }
    store.append(Uint8Array.from([...picture(3), ...picture(4), ...picture(5)]));
    for (const number of [2, 3, 4]) {
      reader.readInto(number, target);
      assert.deepEqual(target, picture(number + 1));
    }
    store.close();
  });

  test(`${kind}: after it was closed nobody waits any more, and no file is left`, () => {
    const store = open();
    const reader = new RestyledReader(store.share);
    store.close();
    assert.equal(reader.readInto(0, new Uint8Array(12)), false);
    assert.equal(existsSync(join(folder, "ring.tmp")), false);
  });
}

test("a file that was cut meanwhile is an error, not a wait without end", () => {
  const path = join(folder, "cut.tmp");
  const store = new RestyledStore(12, 3, path);
  const reader = new RestyledReader(store.share);
  store.append(picture(1));
  truncateSync(path, 5);
  assert.throws(() => reader.readInto(0, new Uint8Array(12)), {
    code: "file-damaged",
    message: /cut\.tmp: ends at byte 5/,
  });
  store.close();
});

test("a thread that waits for a picture gets it when it is written", async () => {
  const store = new RestyledStore(12, 3, undefined);
  const source = `
    import { parentPort, workerData } from "node:worker_threads";
    import { RestyledReader } from ${JSON.stringify(new URL("../../src/train/restyled-store.ts", import.meta.url).href)};
    const target = new Uint8Array(12);
    parentPort.postMessage("waiting");
    new RestyledReader(workerData).readInto(1, target);
    parentPort.postMessage(target[0]);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { workerData: store.share });
  const messages: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (message) => {
      messages.push(message);
      if (message === "waiting") {
        store.append(picture(7)); // number 0: not the one that is waited for
        setTimeout(() => store.append(picture(9)), 20);
      } else resolve();
    });
  });
  assert.deepEqual(messages, ["waiting", 9]);
  await worker.terminate();
  store.close();
});
