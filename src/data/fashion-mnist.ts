/** Fashion-MNIST: 60,000 + 10,000 grey pictures of clothes, 28x28, in MNIST's format. Source: Xiao et al. 2017. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PatinaError } from "../errors.ts";
import { readBounded } from "../files.ts";
import type { PlainArray } from "../formats/array.ts";
import { gunzipBounded, isGzip } from "../formats/gzip.ts";
import { readIdx } from "../formats/idx.ts";
import { defineKnownDataSet, type RemoteFile } from "./known-data-set.ts";
import { createDataSet, createPictureSet, type PictureSet } from "./picture-set.ts";
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
const SIDE = 28;
const SHAPE = { height: SIDE, width: SIDE, channels: 1 } as const;
const LIMIT_BYTES = 64 << 20;

/** The publisher's two hosts. */
function published(name: string, bytes: number, sha256: string): RemoteFile {
  const urls = [
    `http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/${name}`,
    `https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/${name}`,
  ];
  return { name, bytes, sha256, urls };
}

export const fashionMnist = defineKnownDataSet({
  name: "fashion-mnist",
  summary: "grey pictures of clothes",
  shape: SHAPE,
  classCount: CLASSES.length,
  counts: { train: 60_000, test: 10_000 },
  releases: [
    {
      folder: "fashion-mnist",
      isArchive: false,
      member: /^(train|t10k)-(images-idx3|labels-idx1)-ubyte(\.gz)?$/,
      files: [
        published(
          "train-images-idx3-ubyte.gz",
          26421880,
          "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        published(
          "train-labels-idx1-ubyte.gz",
          29515,
          "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        ),
        published(
          "t10k-images-idx3-ubyte.gz",
          4422102,
          "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ),
        published(
          "t10k-labels-idx1-ubyte.gz",
          5148,
          "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ),
      ],
    },
  ],
  otherPlaces: ["/usr/share/datasets/fashion-mnist"], // Debian's package dataset-fashion-mnist
  otherSource: "sudo apt-get install dataset-fashion-mnist",
  readsArchives: false,
  holds: (folder) => findFile(folder, "train-images-idx3-ubyte") !== undefined,
  read: async (folder) =>
    createDataSet({
      name: "fashion-mnist",
      classes: CLASSES,
      train: readPart(folder, "train"),
      test: readPart(folder, "t10k"),
      mean: [0.286], // of the 60,000 training pictures
      deviation: [0.353],
    }),
});

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
  return createPictureSet({
    name: images.path,
    shape: SHAPE,
    store: new MemoryStore(bytes, SIDE * SIDE),
    labels: Uint16Array.from(labels.array.bytes),
    classCount: CLASSES.length,
  });
}

function readPacked(folder: string, name: string): { path: string; array: PlainArray } {
  const path = findFile(folder, name);
  if (path === undefined)
    throw new PatinaError(
      "file-missing",
      `${join(folder, name)}: is missing, though others of its files are there. Add it, or remove ${folder} and type: patina data fetch fashion-mnist`,
    );
  const bytes = readBounded(path, LIMIT_BYTES);
  return { path, array: readIdx(isGzip(bytes) ? gunzipBounded(bytes, LIMIT_BYTES, path) : bytes, path) };
}

const findFile = (folder: string, name: string): string | undefined =>
  [join(folder, `${name}.gz`), join(folder, name)].find((path) => existsSync(path));

const describe = ({ dtype, shape }: PlainArray): string => `${dtype}[${shape.join(",")}]`;
