/** Models, pictures and benchmarks whose results one can count by hand: the first byte of a picture is what the model says. */
import type { BenchmarkSource, CorruptedBatch } from "../../src/benchmark/source.ts";
import type { Severity } from "../../src/corrupt/define.ts";
import { suiteCorruptions } from "../../src/corrupt/suites.ts";
import { createPictureSet, type DataSet } from "../../src/data/picture-set.ts";
import { allocatePictures, MemoryStore } from "../../src/data/picture-store.ts";
import type { Measurement } from "../../src/evaluate/measure-model.ts";
import type { MeasuredModel } from "../../src/evaluate/model.ts";
import type { MeasuredPictures } from "../../src/evaluate/pictures.ts";

export const shape = { height: 8, width: 8, channels: 1 } as const;
const PICTURE_BYTES = 64;
export const CLASSES = ["red", "green", "blue"];

/** Its score for the class named by the first byte is the second byte / 10, for the others 0. Notes the counts asked. */
export function fakeModel(changes: Partial<MeasuredModel> = {}): MeasuredModel & { asked: number[] } {
  const asked: number[] = [];
  return {
    kind: "run",
    path: "runs/fake",
    name: "fake",
    digest: "weights-1",
    preparation: "",
    classes: CLASSES,
    classCount: CLASSES.length,
    shape,
    computed: { device: "cpu", precision: "float32", program: "fake 1" },
    gives: "scores",
    async scores(bytes, count) {
      asked.push(count);
      const scores = new Float32Array(count * CLASSES.length);
      for (let place = 0; place < count; place++)
        scores[place * CLASSES.length + bytes[place * PICTURE_BYTES]!] = bytes[place * PICTURE_BYTES + 1]! / 10;
      return scores;
    },
    async close() {},
    ...changes,
    asked,
  };
}

/** Bytes of a picture of which the model says so, that surely. */
function picture(says: number, sureness = 20): Uint8Array {
  const bytes = new Uint8Array(PICTURE_BYTES);
  bytes.set([says, sureness]);
  return bytes;
}

/** Class of each picture: 0, 1, 2, 0, ... */
const labelOf = (index: number): number => index % CLASSES.length;

/** So many clean pictures, of which the model gets the first `wrong` wrong. */
export function fakePictures(count: number, wrong = 0): MeasuredPictures {
  const bytes = allocatePictures(count, PICTURE_BYTES);
  const labels = Uint16Array.from({ length: count }, (_, index) => labelOf(index));
  for (let index = 0; index < count; index++)
    bytes.set(picture(index < wrong ? labelOf(index + 1) : labelOf(index)), index * PICTURE_BYTES);
  const store = new MemoryStore(bytes, PICTURE_BYTES);
  const set = createPictureSet({ name: "fake", shape, store, labels, classCount: CLASSES.length });
  const data: DataSet = {
    name: "fake",
    classes: CLASSES,
    train: set,
    test: set,
    mean: [0],
    deviation: [1],
    cropPadding: 1,
  };
  return { data, part: "test", set, indices: undefined, count, total: count, digest: set.digest };
}

export interface FakeSource extends BenchmarkSource {
  /** Cells that were read, as "fog 3". */
  readonly reads: string[];
}

/** A benchmark of all suites in which the model gets the first `wrong(corruption, severity)` pictures of a cell wrong. */
export function fakeSource(
  count: number,
  wrong: (corruption: string, severity: Severity) => number,
  changes: Partial<BenchmarkSource> = {},
): FakeSource {
  const reads: string[] = [];
  async function* batches(corruption: string, severity: Severity, batch: number): AsyncGenerator<CorruptedBatch> {
    reads.push(`${corruption} ${severity}`);
    for (let start = 0; start < count; start += batch) {
      const places = Array.from({ length: Math.min(batch, count - start) }, (_, place) => start + place);
      const pictures = places.map((index) =>
        picture(index < wrong(corruption, severity) ? labelOf(index + 1) : labelOf(index)),
      );
      yield { bytes: Buffer.concat(pictures), labels: Uint16Array.from(places, labelOf), count: places.length };
    }
  }
  return {
    origin: "generated@1",
    dataSet: "fake",
    shape,
    count,
    corruptions: [...suiteCorruptions("c", shape), ...suiteCorruptions("c-bar", shape)],
    notes: [],
    identity: () => "made of fakes",
    check() {},
    read: batches,
    async close() {},
    ...changes,
    reads,
  };
}

/** A measurement of three cells of ten pictures each: clean 1 wrong, fog 1, 2 and 3 wrong at severity 1 to 3. */
export function fakeMeasurement(folder: string, changes: Partial<Measurement> = {}): Measurement {
  return {
    model: fakeModel(),
    pictures: fakePictures(10, 1),
    source: fakeSource(10, (_, severity) => severity),
    names: ([1, 2, 3] as const).map((severity) => ({ corruption: "fog", severity })),
    needs: [],
    folder,
    batch: 4,
    edges: "library",
    recorded: undefined,
    reference: undefined,
    against: undefined,
    report: () => {},
    signal: undefined,
    ...changes,
  };
}
