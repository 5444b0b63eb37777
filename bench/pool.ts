/** Pools of synthetic pictures: what an epoch's share costs that is read at random from a large one. */
import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writePool } from "../src/data/pool-file.ts";
import { writeWhole } from "../src/files.ts";
import { tellMethod } from "./method.ts";
import { pictureBytes, pictureShape } from "./pictures.ts";
import { isQuick } from "./rounds.ts";
import { makeRow, type Row } from "./row.ts";

/** 4.3 GB: beyond what 32 bits number, as the pools of Tiny ImageNet. */
const POOL = isQuick ? 30_000 : 1_400_000;
/** Half of CIFAR's training set: λ = 0.5. */
const DRAWN = 25_000;
const CLASSES = 10;

/** What bench/read-pool.ts prints. */
export interface PoolReading {
  /** For drawing and reading the pictures. */
  readonly seconds: number;
  /** Most of the resident set that opening the pool for the first time and reading added, in MB. */
  readonly megabytes: number;
  readonly openingSeconds: number;
}

/** Rows `pool-read` (seconds) and `pool-memory` (MB of resident set). Nothing is compared with. */
export async function run(): Promise<Row[]> {
  const { seconds, megabytes, openingSeconds } = await measurePool(POOL, DRAWN);
  tellMethod(
    "pool",
    `${DRAWN} of ${POOL} pictures of ${pictureBytes} bytes, from a file that the system has in its cache where it can`,
    `a process of its own; opening the pool the first time, with its digest, took ${openingSeconds.toFixed(1)} s`,
  );
  return [makeRow("pool-read", "s", seconds, null), makeRow("pool-memory", "MB", megabytes, null)];
}

/**
 * Makes a pool, and reads pictures of it at random in a process of its own, which checks that they are the ones it drew.
 * @param pictures in the pool, whole thousands
 */
export async function measurePool(pictures: number, drawn: number): Promise<PoolReading> {
  const folder = mkdtempSync(join(tmpdir(), "patina-bench-"));
  try {
    const path = join(folder, "pool.npz");
    await makePool(path, pictures);
    const script = fileURLToPath(new URL("./read-pool.ts", import.meta.url));
    const words = [script, path, folder, String(drawn)];
    const answer = execFileSync(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    return JSON.parse(answer.toString());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Pictures of noise, sorted by class; the first bytes of each are its number. */
async function makePool(path: string, count: number): Promise<void> {
  const labels = Uint16Array.from({ length: count }, (_, index) => Math.floor((index * CLASSES) / count));
  const perPiece = 1000;
  const piece = randomFillSync(Buffer.alloc(perPiece * pictureBytes));
  await writePool(
    path,
    { shape: pictureShape, labels, classes: undefined },
    async ({ path: file, offset }) => {
      const handle = openSync(file, "r+");
      for (let start = 0; start < count; start += perPiece) {
        for (let place = 0; place < perPiece; place++) piece.writeUInt32LE(start + place, place * pictureBytes);
        writeWhole(handle, piece, offset + start * pictureBytes);
      }
      closeSync(handle);
      return {};
    },
    {},
  );
}
