/** A tiny experiment with all that can be mixed: synthetic pictures, restyling, augmentation. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExperimentInput } from "../../src/experiment/experiment.ts";
import { writeNpy } from "../../src/formats/npy.ts";
import { madeUpPictures, writeStylizer } from "../stylize/stylizers.ts";
import { writeTinyFashion } from "../tiny-data.ts";

/** Writes its data set of 150 pictures, its pool of 120 and its stylizer of nine styles into a folder. */
export async function writeMixed(folder: string) {
  writeTinyFashion(folder, { train: 150, test: 40 });
  const pool = writePool(folder);
  const files = await writeStylizer(folder, 28);
  return {
    data: "fashion-mnist",
    model: { kind: "wide-resnet", depth: 10, width: 1, dropout: 0 },
    original: { stylize: { probability: 0.3 }, augment: ["trivial-augment"] },
    synthetic: {
      pool,
      share: 0.4,
      stylize: { probability: 0.5, strength: [0.2, 0.9] },
      augment: ["trivial-augment"],
      combine: "or",
    },
    stylizer: files,
    train: { epochs: 2, batch: 16, schedule: { kind: "cosine" }, averaging: { from: 0.5 }, threads: 1, workers: 2 },
  } satisfies ExperimentInput;
}

/** 12 grey pictures a class, as arrays: names of classes with a slash could not be folders. */
function writePool(folder: string): { pictures: string; labels: string } {
  const [pictures, labels] = [join(folder, "pool-pictures.npy"), join(folder, "pool-labels.npy")];
  writeFileSync(pictures, writeNpy({ dtype: "uint8", shape: [120, 28, 28, 1], bytes: madeUpPictures(120, 1, 28, 7) }));
  const classes = Uint8Array.from({ length: 120 }, (_, index) => Math.floor(index / 12));
  writeFileSync(labels, writeNpy({ dtype: "uint8", shape: [120], bytes: classes }));
  return { pictures, labels };
}
