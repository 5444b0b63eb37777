/** A CIFAR-10 of a few pictures, a pool for it, and a stylizer: enough to reproduce a table in miniature. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeNpy } from "../../src/formats/npy.ts";
import { cifarBinary, cifarRecords } from "../data/samples.ts";
import { zipOf } from "../formats/archives.ts";
import { madeUpPictures, writeStylizer } from "../stylize/stylizers.ts";

export interface TinyFiles {
  /** Of data sets. */
  readonly data: string;
  readonly pool: string;
  /** What names the stylizer: words for the command line. */
  readonly set: readonly string[];
}

/** Writes 200 pictures to train on, 10 to measure, 15 synthetic ones of each class. */
export async function writeTinyFiles(folder: string): Promise<TinyFiles> {
  const data = join(folder, "data");
  const batches = join(data, "cifar-10-batches-bin");
  mkdirSync(batches, { recursive: true });
  for (const batch of [1, 2, 3, 4, 5])
    writeFileSync(join(batches, `data_batch_${batch}.bin`), cifarBinary(cifarRecords(`train ${batch}`, 40, 10)));
  writeFileSync(join(batches, "test_batch.bin"), cifarBinary(cifarRecords("test", 10, 10)));
  const pool = join(folder, "pool.npz");
  writeTinyPool(pool, 7);
  const { weights, styles } = await writeStylizer(folder, 32);
  return { data, pool, set: [`stylizer.weights=${weights}`, `stylizer.styles=${styles}`] };
}

/** Writes 15 pictures of each class; other ones for another salt. */
export function writeTinyPool(path: string, salt: number): void {
  const image = writeNpy({ dtype: "uint8", shape: [150, 32, 32, 3], bytes: madeUpPictures(150, 3, 32, salt) });
  const classes = Uint8Array.from({ length: 150 }, (_, index) => index % 10);
  const label = writeNpy({ dtype: "uint8", shape: [150], bytes: classes });
  const members = Object.entries({ image, label }).map(([name, bytes]) => ({ name: `${name}.npy`, data: bytes }));
  writeFileSync(path, zipOf(members));
}
