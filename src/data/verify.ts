/** Looks through pictures before they are trained on: how many of which class, how large, what is wrong. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type ErrorCode, PatinaError } from "../errors.ts";
import { openArrays } from "./arrays.ts";
import { type ClassFolders, describeSkipped, listClassFolders } from "./class-folders.ts";
import { loadDataSet } from "./data-set.ts";
import { decodeAll } from "./decoder.ts";
import type { DataOptions } from "./options.ts";
import { countClasses, createPictureSet, digestsOfPictures, type PictureSet, shapeText } from "./picture-set.ts";
import type { DataSettings } from "./progress.ts";

export interface VerifiedPart {
  /** "train", "test", or "all" where there is one part only. */
  readonly name: string;
  readonly count: number;
  /** Pictures of each class, in the order of the classes. */
  readonly perClass: readonly number[];
  /** Of decoded pictures and labels, as in a run's manifest; of a folder, of its files as they are. */
  readonly digest: string;
}

export interface Verification {
  readonly name: string;
  readonly classes: readonly string[];
  readonly parts: readonly VerifiedPart[];
  /** Pictures of each shape: "32x32x3" is height x width x channels. */
  readonly shapes: Readonly<Record<string, number>>;
  /** What makes it useless, or partly so. */
  readonly problems: readonly string[];
  /** What one would want to know. */
  readonly warnings: readonly string[];
}

const DATA_PROBLEMS: readonly ErrorCode[] = [
  "data",
  "picture",
  "file-missing",
  "file-damaged",
  "file-foreign",
  "file-hostile",
];

/**
 * Verifies a data set as training would load it, and looks for test pictures that are among the training ones.
 * @throws PatinaError only for what is not the pictures' fault: `file-system`, `interrupted`, `unknown-name`.
 */
export async function verifyDataSet(
  options: DataOptions,
  dataFolder: string,
  settings: DataSettings,
): Promise<Verification> {
  return collect(nameOf(options), settings, async (warnings, listening) => {
    const { classes, train, test } = await loadDataSet(options, dataFolder, listening);
    const shared = findShared(train, test);
    if (shared.length > 0)
      warnings.push(
        `${shared.length.toLocaleString("en")} of the test pictures are among the training pictures too, byte for byte (test picture ${shared[0]!.test} is training picture ${shared[0]!.train}${shared.length > 1 ? ", ..." : ""})`,
      );
    return {
      classes,
      parts: [partOf("train", train, classes.length), partOf("test", test, classes.length)],
      shapes: { [shapeText(train)]: train.count + test.count },
    };
  });
}

function nameOf(options: DataOptions): string {
  if (typeof options === "string") return options;
  if (options.kind === "folder") return options.folder;
  return typeof options.train === "string" ? options.train : options.train.pictures;
}

/** Verifies one .npz of pictures and labels. @throws as `verifyDataSet` */
export async function verifyArrays(path: string, dataFolder: string, settings: DataSettings): Promise<Verification> {
  return collect(path, settings, async (warnings, listening) => {
    const { name, shape, store, labels } = await openArrays(path, dataFolder, listening);
    const classCount = 1 + labels.reduce((most, label) => Math.max(most, label), 0);
    const set = createPictureSet({ name, shape, store, labels, classCount });
    store.close();
    const part = partOf("all", set, classCount);
    const empty = part.perClass.filter((count) => count === 0).length;
    if (empty > 0) warnings.push(`${empty} of the classes 0 to ${classCount - 1} have no pictures`);
    return {
      classes: part.perClass.map((_, label) => String(label)),
      parts: [part],
      shapes: { [shapeText(shape)]: set.count },
    };
  });
}

/** Verifies one folder of pictures as it is, without any size in mind. @throws as `verifyDataSet` */
export async function verifyFolder(root: string, settings: DataSettings): Promise<Verification> {
  return collect(root, settings, async (warnings, listening, problems) => {
    const listing = listClassFolders(root);
    const { classes, pictures } = listing;
    const skipped = describeSkipped(listing);
    if (skipped !== undefined) warnings.push(skipped);
    const paths = pictures.map(({ path }) => join(root, path));
    const digests = new Uint8Array(new SharedArrayBuffer(32 * paths.length));
    const result = await decodeAll(
      { what: `decoding ${root}`, paths, form: { crop: "centre", channels: "as stored" }, digests },
      listening,
    );
    for (const { index, reason } of result.problems) problems.push(`${paths[index]}: ${reason}`);
    if (result.problemCount > result.problems.length)
      problems.push(`... and ${result.problemCount - result.problems.length} more pictures like these`);
    if (sizesOf(result.shapes.keys()).length > 1)
      warnings.push('the pictures are not of one size: an experiment must say which, by "size"');
    warnings.push(...describeRepeats(listing, digests));
    const labels = Uint16Array.from(pictures, ({ label }) => label);
    const digest = createHash("sha256").update(new Uint8Array(labels.buffer)).update(digests).digest("hex");
    return {
      classes,
      parts: [{ name: "all", count: pictures.length, perClass: countClasses(labels, classes.length), digest }],
      shapes: Object.fromEntries([...result.shapes].sort(([, a], [, b]) => b - a)),
    };
  });
}

/** Height and width of shapes, without their channels. */
const sizesOf = (shapes: Iterable<string>): string[] => [
  ...new Set([...shapes].map((shape) => shape.replace(/x\d$/, ""))),
];

/** Runs a check; what is wrong with the pictures becomes a problem in its result. */
async function collect(
  name: string,
  { report, signal }: DataSettings,
  check: (
    warnings: string[],
    listening: DataSettings,
    problems: string[],
  ) => Promise<Pick<Verification, "classes" | "parts" | "shapes">>,
): Promise<Verification> {
  const problems: string[] = [];
  const warnings: string[] = [];
  const listening: DataSettings = {
    signal,
    report: (progress) => (progress.kind === "warning" ? warnings.push(progress.text) : report?.(progress)),
  };
  try {
    return { name, ...(await check(warnings, listening, problems)), problems, warnings };
  } catch (error) {
    if (!(error instanceof PatinaError) || !DATA_PROBLEMS.includes(error.code)) throw error;
    return { name, classes: [], parts: [], shapes: {}, problems: [...problems, error.message], warnings };
  }
}

function partOf(name: string, { count, labels, digest }: PictureSet, classCount: number): VerifiedPart {
  return { name, count, perClass: countClasses(labels, classCount), digest };
}

/** The test pictures whose bytes are those of a training picture, each with the first such one. */
function findShared(train: PictureSet, test: PictureSet): { test: number; train: number }[] {
  const places = new Map<string, number[]>();
  for (const [index, digest] of digestsOfPictures(test)) places.set(digest, [...(places.get(digest) ?? []), index]);
  const shared: { test: number; train: number }[] = [];
  for (const [index, digest] of digestsOfPictures(train)) {
    for (const place of places.get(digest) ?? []) shared.push({ test: place, train: index });
    places.delete(digest);
  }
  return shared.sort((a, b) => a.test - b.test);
}

/** Pictures that are in the folder twice, above all in two classes. */
function describeRepeats({ pictures, classes }: ClassFolders, digests: Uint8Array): string[] {
  const first = new Map<string, number>();
  const repeats: [number, number][] = [];
  for (const [index] of pictures.entries()) {
    const digest = Buffer.from(digests.subarray(32 * index, 32 * index + 32)).toString("base64");
    const before = first.get(digest);
    if (before === undefined) first.set(digest, index);
    else repeats.push([before, index]);
  }
  const crossing = repeats.filter(([a, b]) => pictures[a]!.label !== pictures[b]!.label);
  const [example] = crossing.length > 0 ? crossing : repeats;
  if (example === undefined) return [];
  const [a, b] = example.map((index) => pictures[index]!.path);
  return [
    `${repeats.length.toLocaleString("en")} pictures are there more than once${crossing.length > 0 ? `, ${crossing.length.toLocaleString("en")} of them in two classes of the ${classes.length}` : ""} (${a} and ${b})`,
  ];
}
