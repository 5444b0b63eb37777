/** A Fashion-MNIST of a few pictures that can be learned, for tests that train: each class is stripes of its own width and direction. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stream } from "../src/random/stream.ts";

const SIDE = 28;

/** Writes `fashion-mnist/` with so many pictures into a folder of data sets. */
export function writeTinyFashion(dataFolder: string, { train, test }: { train: number; test: number }): void {
  const folder = join(dataFolder, "fashion-mnist");
  mkdirSync(folder, { recursive: true });
  for (const [part, count] of [
    ["train", train],
    ["t10k", test],
  ] as const) {
    const { pictures, labels } = drawPart(part, count);
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idx([count, SIDE, SIDE], pictures));
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), idx([count], labels));
  }
}

function drawPart(part: string, count: number) {
  const pictures = new Uint8Array(count * SIDE * SIDE);
  const labels = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const draws = stream(0, "tiny", part, index);
    const label = index % 10;
    labels[index] = label;
    const picture = pictures.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE);
    const width = 1 + (label >> 1);
    const phase = draws.integer(0, 2 * width - 1);
    for (let pixel = 0; pixel < picture.length; pixel++) {
      const across = label % 2 === 0 ? pixel % SIDE : Math.floor(pixel / SIDE);
      picture[pixel] = (Math.floor((across + phase) / width) % 2) * 150 + draws.integer(0, 100);
    }
  }
  return { pictures, labels };
}

/** MNIST's format: two zero bytes, the type (8: uint8), the number of dimensions, sizes, numbers. */
export function idx(shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [place, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * place);
  return Buffer.concat([header, bytes]);
}
