/** Augmenting 32x32 colour pictures on one thread, draws included, beside torchvision on Pillow's pictures. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPipeline, type PipelineOptions } from "../src/augment/pipeline.ts";
import { writeNpy } from "../src/formats/npy.ts";
import { stream } from "../src/random/stream.ts";
import { tellMethod, useThreads } from "./method.ts";
import { startPeer } from "./peer.ts";
import { makePictures, pictureBytes, pictureShape } from "./pictures.ts";
import { isQuick, measureInTurn, type Side } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";

const ROUNDS = isQuick ? 1 : 15;
const OURS = isQuick ? 500 : 10_000; // pictures in a round
const THEIRS = isQuick ? 100 : 2000;

/** By the row's name, which the peer knows too. */
const pipelines: Record<string, PipelineOptions> = {
  "trivial-augment": { flip: 0, crop: "none", augment: ["trivial-augment"] },
  "flip-crop-trivial-augment": { flip: 0.5, crop: { padding: 4 }, augment: ["trivial-augment"] },
};

const pictures = makePictures(256);

/** A row for each pipeline: pictures/s, the median of the rounds. */
export async function run(): Promise<Row[]> {
  useThreads(1);
  const folder = mkdtempSync(join(tmpdir(), "patina-bench-"));
  try {
    const path = join(folder, "pictures.npy");
    const { count, store } = pictures;
    writeFileSync(path, writeNpy({ dtype: "uint8", shape: [count, 32, 32, 3], bytes: store.bytes }));
    using peer = await startPeer("augment", ["torch", "torchvision", "PIL", "numpy"], path);
    const rows: Row[] = [];
    for (const [name, options] of Object.entries(pipelines)) {
      const ours = makeSide(options);
      const theirs = (name: string) => peer!.measure(`${name} ${THEIRS}`);
      const medians = await measureInTurn(ROUNDS, peer ? [ours, () => theirs(name)] : [ours]);
      rows.push(makeRow(name, "pictures/s", medians[0]!, medians[1] ?? null));
    }
    const counts = `${ROUNDS} rounds of ${OURS} pictures, ${THEIRS} of the peer's, median`;
    const program = `peer: ${peer?.program ?? "no torchvision"}`;
    tellMethod("augment", "1 thread; ours: the default bytes (those of torchvision's tensors)", program, counts);
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Draws and applies, as the loader's workers do. */
function makeSide(options: PipelineOptions): Side {
  const pipeline = createPipeline(options);
  const draws = stream(0, "augment", 0);
  const target = new Uint8Array(pictureBytes);
  const sources = Array.from({ length: pictures.count }, (_, index) =>
    pictures.store.bytes.slice(index * pictureBytes, (index + 1) * pictureBytes),
  );
  const augment = (index: number) => {
    const source = sources[index % sources.length]!;
    pipeline.applyInto(source, pictureShape, pipeline.draw(draws.fork("original", index), pictureShape), target);
    return source;
  };
  // One operation in 14 is the identity, and some strengths are 0: most pictures change, whatever the seed.
  const changed = sources.filter((_, index) => Buffer.compare(augment(index), target) !== 0).length;
  assert.ok(changed > sources.length / 2, `only ${changed} of ${sources.length} pictures were changed`);
  return () => {
    const start = performance.now();
    for (let index = 0; index < OURS; index++) augment(index);
    return [(1000 * OURS) / (performance.now() - start)];
  };
}
