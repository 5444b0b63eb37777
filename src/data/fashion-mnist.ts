/** Fashion-MNIST: 60,000 + 10,000 grey pictures of clothes, 28x28, in MNIST's format. Source: Xiao et al. 2017. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PatinaError } from "../errors.ts";
import { readBounded } from "../files.ts";
import type { PlainArray } from "../formats/array.ts";
import { gunzipBounded, isGzip } from "../formats/gzip.ts";
import { readIdx } from "../formats/idx.ts";
import { createPictureSet, type DataSet, type PictureSet } from "./picture-set.ts";
import { allocatePictures, MemoryStore } from "./picture-store.ts";

const CLASSES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];
/** Where Debian's package dataset-fashion-mnist puts it. */
const DEBIAN = "/usr/share/datasets/fashion-mnist";
const SIDE = 28;
const LIMIT_BYTES = 64 << 20;

/**
 * Reads the four files, packed or not, from `fashion-mnist/` in the folder of data sets, else from Debian's package.
 * @throws PatinaError `data` where they are nowhere; `file-damaged`, `file-foreign` where they are not what they should be.
 */
export function loadFashionMnist(dataFolder: string): DataSet {
  const folder = [join(dataFolder, "fashion-mnist"), DEBIAN].find((path) => findFile(path, "train-images-idx3-ubyte"));
  if (folder === undefined)
    throw new PatinaError(
      "data",
      `fashion-mnist: is neither in ${join(dataFolder, "fashion-mnist")} nor in ${DEBIAN}. Type: patina data fetch fashion-mnist   (or: sudo apt-get install dataset-fashion-mnist)`,
    );
  return {
    name: "fashion-mnist",
    classes: CLASSES,
    train: readPart(folder, "train"),
    test: readPart(folder, "t10k"),
    mean: [0.286], // of the 60,000 training pictures
    deviation: [0.353],
    cropPadding: 2, // 28 px: in proportion to the 4 of 32 px, rounded down
  };
}

function readPart(folder: string, part: "train" | "t10k"): PictureSet {
  const images = readPacked(folder, `${part}-images-idx3-ubyte`);
  const labels = readPacked(folder, `${part}-labels-idx1-ubyte`);
  const [count, height, width] = images.array.shape;
  if (images.array.dtype !== "uint8" || images.array.shape.length !== 3 || height !== SIDE || width !== SIDE)
    throw new PatinaError(
      "file-foreign",
      `${images.path}: holds ${describe(images.array)}, not uint8[n,28,28]. Use the files of Fashion-MNIST.`,
    );
  if (labels.array.dtype !== "uint8" || labels.array.shape.length !== 1)
    throw new PatinaError(
      "file-foreign",
      `${labels.path}: holds ${describe(labels.array)}, not uint8[n]. Use the files of Fashion-MNIST.`,
    );
  const bytes = allocatePictures(count!, SIDE * SIDE);
  bytes.set(images.array.bytes);
  const store = new MemoryStore(bytes, SIDE * SIDE);
  const shape = { height: SIDE, width: SIDE, channels: 1 } as const;
  return createPictureSet(images.path, shape, store, Uint16Array.from(labels.array.bytes), CLASSES.length);
}

function readPacked(folder: string, name: string): { path: string; array: PlainArray } {
  const path = findFile(folder, name);
  if (path === undefined)
    throw new PatinaError(
      "data",
      `${join(folder, name)}: is missing, though others of its files are there. Type: patina data fetch fashion-mnist`,
    );
  const bytes = readBounded(path, LIMIT_BYTES);
  return { path, array: readIdx(isGzip(bytes) ? gunzipBounded(bytes, LIMIT_BYTES, path) : bytes, path) };
}

const findFile = (folder: string, name: string): string | undefined =>
  [join(folder, `${name}.gz`), join(folder, name)].find((path) => existsSync(path));

const describe = ({ dtype, shape }: PlainArray): string => `${dtype}[${shape.join(",")}]`;
