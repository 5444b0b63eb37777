/** Files of JSON lines: what a kill, a full disk or a hand leaves in them. */
import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LineFile, readJournal } from "../../src/run/journal.ts";
import { empty, fill, makeReadOnly, onSmallDisk } from "../small-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "patina-journal-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
/** A path with that text in it. */
function written(text: string): string {
  const path = join(folder, `${count++}.jsonl`);
  writeFileSync(path, text);
  return path;
}
const text = (path: string) => readFileSync(path, "utf8");

test("a line is in the file as soon as it is appended, and counted", () => {
  const path = join(folder, "new.jsonl");
  const file = new LineFile(path);
  assert.equal(file.length, 0);
  assert.equal(existsSync(path), false);
  file.append({ epoch: 1, loss: 0.1 });
  assert.equal(text(path), '{"epoch":1,"loss":0.1}\n');
  file.append({ event: "end" });
  assert.equal(text(path), '{"epoch":1,"loss":0.1}\n{"event":"end"}\n');
  assert.equal(file.length, 2);
});

test("the lines of a file that is opened again are counted, and more come after them", () => {
  const path = written('{"epoch":1}\n{"epoch":2}\n');
  const file = new LineFile(path);
  assert.equal(file.length, 2);
  file.append({ epoch: 3 });
  assert.equal(text(path), '{"epoch":1}\n{"epoch":2}\n{"epoch":3}\n');
});

test("a last line that was not written to its end is cut off when the file is opened", () => {
  for (const torn of ['{"epo', '{"epoch":2}', "\0\0\0"]) {
    const path = written(`{"epoch":1}\n${torn}`);
    assert.equal(new LineFile(path).length, 1);
    assert.equal(text(path), '{"epoch":1}\n');
  }
});

test("a file that is nothing but a torn line becomes empty", () => {
  const path = written('{"epoch"');
  assert.equal(new LineFile(path).length, 0);
  assert.equal(text(path), "");
});

test("truncate keeps the first lines", () => {
  const path = written("1\n2\n3\n");
  const file = new LineFile(path);
  file.truncate(3);
  assert.equal(text(path), "1\n2\n3\n");
  file.truncate(1);
  assert.equal(text(path), "1\n");
  assert.equal(file.length, 1);
  file.append({});
  assert.equal(text(path), "1\n{}\n");
  file.truncate(0);
  assert.equal(text(path), "");
});

test("fewer lines than a checkpoint knows are an error that names both numbers", () => {
  const path = written("1\n2\n");
  assert.throws(() => new LineFile(path).truncate(3), {
    code: "run",
    message: `${path}: has 2 lines, the checkpoint was written after 3. The file was cut; start the run again.`,
  });
  assert.equal(text(path), "1\n2\n");
});

test("a journal is read line by line, with keys that are not known yet", () => {
  const path = written('{"epoch":1,"loss":2.5,"robustAccuracy":0.5}\n{"event":"end","epoch":1}\n');
  assert.deepEqual(readJournal(path), [
    { epoch: 1, loss: 2.5, robustAccuracy: 0.5 },
    { event: "end", epoch: 1 },
  ]);
});

test("a journal that is not there yet, or empty, has no lines", () => {
  assert.deepEqual(readJournal(join(folder, "nothing.jsonl")), []);
  assert.deepEqual(readJournal(written("")), []);
});

test("a line that is being written is not read yet", () => {
  assert.deepEqual(readJournal(written('{"epoch":1}\n{"epoch":2,"lo')), [{ epoch: 1 }]);
});

test("a damaged line is named by its number", () => {
  for (const damaged of ['{"epoch":', '{"epoch":"2"}', "[]", "", '{"loss":null}']) {
    const path = written(`{"epoch":1}\n${damaged}\n{"epoch":3}\n`);
    assert.throws(
      () => readJournal(path),
      { code: "file-damaged", message: `${path}, line 2: is not a line of a journal. Restore the file.` },
      damaged,
    );
  }
});

test("where the disk is full nothing is appended, and it goes on when there is space", (context) => {
  onSmallDisk(context, (disk) => {
    const path = join(disk, "journal.jsonl");
    const file = new LineFile(path);
    file.append({ epoch: 1 });
    fill(disk);
    const long = { text: "x".repeat(10_000) }; // more than the rest of the file's page: half of it is written
    assert.throws(() => file.append(long), { code: "file-system", message: /journal\.jsonl: the disk is full/ });
    assert.equal(text(path), '{"epoch":1}\n');
    assert.equal(file.length, 1);
    empty(disk);
    file.append({ epoch: 2 });
    assert.equal(text(path), '{"epoch":1}\n{"epoch":2}\n');
  });
});

test("where the disk is full, cutting lines off leaves the old file and nothing beside it", (context) => {
  onSmallDisk(context, (disk) => {
    const path = join(disk, "journal.jsonl");
    appendFileSync(path, "1\n2\n");
    const file = new LineFile(path);
    fill(disk);
    assert.throws(() => file.truncate(1), { code: "file-system" });
    assert.equal(text(path), "1\n2\n");
    assert.equal(file.length, 2);
    assert.deepEqual(readdirSync(disk).sort(), ["filler", "journal.jsonl"]);
  });
});

test("where nothing may be written, appending says so", (context) => {
  onSmallDisk(context, (disk) => {
    const path = join(disk, "journal.jsonl");
    makeReadOnly(disk);
    assert.throws(() => new LineFile(path).append({}), {
      code: "file-system",
      message: `${path}: no permission to write here. Choose another folder, or change its permissions.`,
    });
  });
});
