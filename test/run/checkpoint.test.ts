/** Checkpoints: two files that are whole together, or no checkpoint. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sha256 } from "../../src/files.ts";
import type { PlainArray } from "../../src/formats/array.ts";
import {
  checkpointName,
  forgetCheckpointsAfter,
  listCheckpoints,
  readCheckpoint,
  writeCheckpoint,
  writePair,
} from "../../src/run/checkpoint.ts";
import { empty, fill, onSmallDisk } from "../small-disk.ts";

const root = mkdtempSync(join(tmpdir(), "patina-checkpoint-"));
after(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
/** A new folder with checkpoints of these names. */
function folderWith(...names: string[]): string {
  const folder = join(root, String(count++));
  for (const name of names) writeCheckpoint(folder, checkpoint(name));
  return folder;
}

/** A checkpoint that differs from others by a byte. */
function checkpoint(name: string, byte = 1) {
  const weights: PlainArray = { dtype: "uint8", shape: [3], bytes: Buffer.of(byte, 2, 3) };
  return { name, tensors: new Map([["network/weights", weights]]), state: { position: byte } };
}

const files = (folder: string) => readdirSync(folder).sort();

/** All files of a folder, by their names. */
const contents = (folder: string) =>
  Object.fromEntries(files(folder).map((name) => [name, readFileSync(join(folder, name), "hex")]));

test("names sort in the order of training", () => {
  const names = [
    [0, 3],
    [1, 0],
    [1, 7],
    [1, 12],
    [2, 0],
    [120, 34],
  ].map(([epoch, step]) => checkpointName(epoch!, step!));
  assert.deepEqual(names, ["000000-000003", "000001", "000001-000007", "000001-000012", "000002", "000120-000034"]);
  assert.deepEqual(names.toSorted(), names);
});

test("a checkpoint is two files, and comes back as it was written", () => {
  const folder = folderWith("000001");
  assert.deepEqual(files(folder), ["000001.json", "000001.safetensors"]);
  assert.deepEqual(readCheckpoint(folder, "000001"), checkpoint("000001"));
});

test("the note holds the size and the sha256 of the tensors", () => {
  const folder = folderWith("000001");
  const tensors = readFileSync(join(folder, "000001.safetensors"));
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "000001.json"), "utf8")), {
    format: 1,
    sha256: sha256(tensors),
    bytes: tensors.length,
    state: { position: 1 },
  });
});

test("only the last two are kept, and the best beside them", () => {
  const folder = folderWith("000001");
  writePair(folder, "best", checkpoint("best").tensors, {});
  for (const name of ["000002", "000002-000005", "000003"]) writeCheckpoint(folder, checkpoint(name));
  assert.deepEqual(listCheckpoints(folder), ["000002-000005", "000003"]);
  assert.deepEqual(files(folder), [
    "000002-000005.json",
    "000002-000005.safetensors",
    "000003.json",
    "000003.safetensors",
    "best.json",
    "best.safetensors",
  ]);
});

test("what is no checkpoint is neither listed nor removed", () => {
  const folder = folderWith("000001", "000002");
  for (const name of ["best.json", "1.json", "000001.txt", "000001-2.json", "notes.safetensors"])
    writeFileSync(join(folder, name), "");
  writeCheckpoint(folder, checkpoint("000003"));
  assert.deepEqual(listCheckpoints(folder), ["000002", "000003"]);
  for (const name of ["best.json", "1.json", "000001.txt", "000001-2.json", "notes.safetensors"])
    assert.ok(files(folder).includes(name), name);
});

test("a folder that is not there has no checkpoints", () => {
  assert.deepEqual(listCheckpoints(join(root, "nothing")), []);
});

test("killed between the two files, a checkpoint is not listed; the one before it is the last", () => {
  const folder = folderWith("000001", "000002");
  rmSync(join(folder, "000002.json"));
  assert.deepEqual(listCheckpoints(folder), ["000001"]);
});

test("tensors that a kill left without their note go with the next checkpoint", () => {
  const folder = folderWith("000001", "000002");
  rmSync(join(folder, "000001.json"));
  writeCheckpoint(folder, checkpoint("000003"));
  assert.deepEqual(files(folder), ["000002.json", "000002.safetensors", "000003.json", "000003.safetensors"]);
});

test("a checkpoint that is written again replaces the older one of its name", () => {
  const folder = folderWith("000001");
  writeCheckpoint(folder, checkpoint("000001", 9));
  assert.deepEqual(readCheckpoint(folder, "000001"), checkpoint("000001", 9));
  assert.deepEqual(files(folder), ["000001.json", "000001.safetensors"]);
});

test("those after the one that a run goes on from are forgotten", () => {
  const folder = folderWith("000004", "000005");
  forgetCheckpointsAfter(folder, "000004");
  assert.deepEqual(files(folder), ["000004.json", "000004.safetensors"]);
  forgetCheckpointsAfter(folder, "000004");
  assert.deepEqual(listCheckpoints(folder), ["000004"]);
});

test("a name that is none of a checkpoint is an error that lists those there are", () => {
  const folder = folderWith("000001", "000002");
  writePair(folder, "best", new Map(), {});
  for (const name of ["2", "best", "000003", "../0/000001", ""])
    assert.throws(() => readCheckpoint(folder, name), {
      code: "run",
      message: `${folder}: has no checkpoint "${name}". It has: 000001, 000002.`,
    });
  const missing = join(root, "missing");
  assert.throws(() => readCheckpoint(missing, "000001"), {
    message: `${missing}: has no checkpoint "000001". It has: none.`,
  });
});

test("an altered byte is found by the sha256; the message names both and the older checkpoint", () => {
  const folder = folderWith("000001", "000002");
  const path = join(folder, "000002.safetensors");
  const bytes = readFileSync(path);
  const written = sha256(bytes);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
  assert.throws(() => readCheckpoint(folder, "000002"), {
    code: "file-damaged",
    message:
      `${path} is damaged: it has the sha256 ${sha256(bytes).slice(0, 8)}..., its note says ${written.slice(0, 8)}.... ` +
      "000001 is older and may be whole: resume with --from 000001.",
  });
});

test("a file that was cut is found by its size, before it is read", () => {
  const folder = folderWith("000001", "000002");
  const path = join(folder, "000002.safetensors");
  const { length } = readFileSync(path);
  writeFileSync(path, readFileSync(path).subarray(0, 10));
  assert.throws(() => readCheckpoint(folder, "000002"), {
    code: "file-damaged",
    message: `${path} is damaged: it has 10 bytes, its note says ${length}. 000001 is older and may be whole: resume with --from 000001.`,
  });
});

test("tensors that are gone are an error that names the older checkpoint", () => {
  const folder = folderWith("000001", "000002");
  rmSync(join(folder, "000002.safetensors"));
  assert.throws(() => readCheckpoint(folder, "000002"), {
    code: "file-missing",
    message: `${join(folder, "000002.safetensors")}: is gone, though its note is there. 000001 is older and may be whole: resume with --from 000001.`,
  });
});

test("a note of another form is an error that names the older checkpoint", () => {
  const digest = "0".repeat(64);
  for (const note of ["", "{", "[]", `{"format":2,"sha256":"${digest}","bytes":1,"state":{}}`, '{"format":1}']) {
    const folder = folderWith("000001", "000002");
    writeFileSync(join(folder, "000002.json"), note);
    assert.throws(
      () => readCheckpoint(folder, "000002"),
      {
        code: "file-damaged",
        message: `${join(folder, "000002.json")}: is not the note of a checkpoint. 000001 is older and may be whole: resume with --from 000001.`,
      },
      note,
    );
  }
});

test("where no older checkpoint is whole, the remedy is to start again", () => {
  const folder = folderWith("000001", "000002");
  rmSync(join(folder, "000001.safetensors"));
  writeFileSync(join(folder, "000002.json"), "{}");
  assert.throws(() => readCheckpoint(folder, "000002"), /No older one is there: start the run again\./);
});

test("an enormous note is refused before it is read", () => {
  const folder = folderWith("000001");
  writeFileSync(join(folder, "000001.json"), Buffer.alloc(2 ** 20 + 1, " "));
  assert.throws(() => readCheckpoint(folder, "000001"), { code: "file-hostile" });
});

test("where the disk is full, those before stay whole and nothing is left beside them", (context) => {
  onSmallDisk(context, (disk) => {
    const folder = join(disk, "checkpoints");
    writeCheckpoint(folder, checkpoint("000001"));
    writePair(folder, "best", checkpoint("best").tensors, {});
    const before = contents(folder);
    fill(disk);
    assert.throws(() => writeCheckpoint(folder, checkpoint("000002")), {
      code: "file-system",
      message: /the disk is full/,
    });
    assert.deepEqual(contents(folder), before);
    empty(disk);
    writeCheckpoint(folder, checkpoint("000002"));
    assert.deepEqual(listCheckpoints(folder), ["000001", "000002"]);
  });
});

test("where the disk is full, a pair of the same name stays whole", (context) => {
  onSmallDisk(context, (disk) => {
    const folder = join(disk, "checkpoints");
    writePair(folder, "best", checkpoint("best").tensors, {});
    const before = contents(folder);
    fill(disk);
    assert.throws(() => writePair(folder, "best", checkpoint("best", 9).tensors, {}), { code: "file-system" });
    assert.deepEqual(contents(folder), before);
    fillButOnePage(disk); // room for the tensors, but not for the note
    assert.throws(() => writePair(folder, "best", checkpoint("best", 9).tensors, {}), { code: "file-system" });
    assert.deepEqual(contents(folder), before);
  });
});

/** Leaves room for one small file. */
function fillButOnePage(disk: string): void {
  empty(disk);
  writeFileSync(join(disk, "page"), Buffer.alloc(4096));
  fill(disk);
  rmSync(join(disk, "page"));
}
