/**
 * Tiny ImageNet: 200 classes of ImageNet at 64x64, 500 + 50 of each. What it calls its validation part is the test
 * here, as in all publications: the labels of its own test part were never given out. Source: Stanford CS231n; method.md 3.
 */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { PatinaError } from "../errors.ts";
import { isFolder, readBounded } from "../files.ts";
import { damaged } from "../formats/refusal.ts";
import { type ClassFolders, listClassFolders, listPictures, type PictureFile, someOf } from "./class-folders.ts";
import { openDecoded } from "./decoded-set.ts";
import { defineKnownDataSet } from "./known-data-set.ts";
import type { DataSet } from "./picture-set.ts";
import type { DataSettings } from "./progress.ts";

const SHAPE = { height: 64, width: 64, channels: 3 } as const;
const ANNOTATIONS = "val/val_annotations.txt";
const ANNOTATIONS_LIMIT = 16 << 20; // the official 10,000 lines have 0.4 MB

export const tinyImageNet = defineKnownDataSet({
  name: "tiny-imagenet",
  summary: "colour photographs of two hundred things",
  shape: SHAPE,
  classCount: 200,
  counts: { train: 100_000, test: 10_000 },
  releases: [
    {
      folder: "tiny-imagenet-200",
      isArchive: true,
      // Not its test part, 10,000 pictures without labels, nor the boxes around things.
      member: /^((train\/n\d+|val(\/n\d+)?)\/(images\/)?\w+\.JPEG|val\/val_annotations\.txt|(wnids|words)\.txt)$/,
      files: [
        {
          name: "tiny-imagenet-200.zip",
          bytes: 248_100_043,
          sha256: "6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821",
          urls: [
            "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
            "https://cs231n.stanford.edu/tiny-imagenet-200.zip",
            "https://image-net.org/data/tiny-imagenet-200.zip",
          ],
        },
      ],
    },
  ],
  otherPlaces: [],
  readsArchives: false,
  holds: (folder) =>
    isFolder(join(folder, "train")) && isFolder(join(folder, "val")) && hasWordNetIds(join(folder, "train")),
  read: readTinyImageNet,
});

/** Other data sets have folders named train and val too. */
const hasWordNetIds = (folder: string): boolean => readdirSync(folder).some((name) => /^n\d{8}$/.test(name));

/** The class of a picture is the place of its WordNet id among the sorted ids, as for any folder (method.md 3). */
async function readTinyImageNet(folder: string, dataFolder: string, settings: DataSettings): Promise<DataSet> {
  const train = listClassFolders(join(folder, "train"));
  const test = listValidation(folder, train);
  const data = await openDecoded(
    {
      name: "tiny-imagenet",
      classes: train.classes,
      train,
      test,
      form: { crop: "centre", channels: 3 }, // some of the pictures are grey
      normalisation: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }, // ImageNet's: method.md 3
    },
    dataFolder,
    settings,
  );
  if (data.train.height === SHAPE.height) return data;
  throw damaged(folder, `its pictures are ${data.train.height}x${data.train.width}, where 64x64 is expected`);
}

/** The pictures of `val/`, in the same order whether they lie in class folders or beside their annotations. */
function listValidation(folder: string, train: ClassFolders): { root: string; pictures: PictureFile[] } {
  const { classes } = train;
  const root = join(folder, "val");
  const loose = isFolder(join(root, "images")) ? listPictures(root, "images", []) : [];
  const pictures =
    loose.length > 0 ? annotate(loose, readAnnotations(folder, classes), root) : listRearranged(root, classes);
  const missing = classes.filter((_, label) => !pictures.some((picture) => picture.label === label));
  if (missing.length > 0)
    throw new PatinaError(
      "data",
      `${root}: has no pictures of ${missing.length} of the ${classes.length} classes of ${train.root} (${someOf(missing)}). Add them, or remove the classes.`,
    );
  const byName = ({ label, path }: PictureFile) => `${String(label).padStart(6, "0")} ${basename(path)}`;
  return { root, pictures: pictures.toSorted((a, b) => (byName(a) < byName(b) ? -1 : 1)) };
}

function annotate(
  files: readonly Omit<PictureFile, "label">[],
  labels: ReadonlyMap<string, number>,
  root: string,
): PictureFile[] {
  const strange = files.filter(({ path }) => !labels.has(basename(path))).map(({ path }) => path);
  if (strange.length > 0)
    throw new PatinaError(
      "data",
      `${root}: val_annotations.txt says nothing of ${strange.length} of the pictures (${someOf(strange)}). Use the files of one and the same copy.`,
    );
  return files.map((file) => ({ ...file, label: labels.get(basename(file.path))! }));
}

/** From the name of a picture to its class. Lines: file, WordNet id, four numbers of a box, with tabs between. */
function readAnnotations(folder: string, classes: readonly string[]): Map<string, number> {
  const path = join(folder, ANNOTATIONS);
  const places = new Map(classes.map((name, place) => [name, place]));
  const labels = new Map<string, number>();
  const lines = readBounded(path, ANNOTATIONS_LIMIT).toString("utf8").split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const [file = "", id = ""] = line.split("\t");
    const label = places.get(id);
    if (label === undefined)
      throw damaged(
        path,
        `line ${index + 1} names the class ${JSON.stringify(id.slice(0, 40))}, which train/ does not have`,
      );
    labels.set(file, label);
  }
  return labels;
}

/** The form into which many programs bring it: `val/<id>/images/`, or `val/<id>/`; some leave an empty `val/images/`. */
function listRearranged(root: string, classes: readonly string[]): PictureFile[] {
  const found = readdirSync(root).filter((name) => name !== "images" && isFolder(join(root, name)));
  const strange = found.filter((name) => !classes.includes(name));
  if (strange.length > 0)
    throw damaged(root, `has folders that are not among the classes of train/: ${someOf(strange)}`);
  return found.flatMap((name) =>
    listPictures(root, name, []).map((file) => ({ ...file, label: classes.indexOf(name) })),
  );
}
