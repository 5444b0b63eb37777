/** Pools of synthetic pictures in archives: folders of classes, or samples of WebDataset, a picture and its class beside it. */
import { closeSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { PatinaError } from "../errors.ts";
import { guardWrite, writeWhole } from "../files.ts";
import { damaged, quote } from "../formats/refusal.ts";
import { bytesOfMembers, readMembers } from "./archive-members.ts";
import { checkClassNames, describeSkipped, PICTURE_NAME, someOf } from "./class-folders.ts";
import type { DecoderTask } from "./decoder.ts";
import { FILE_LIMIT } from "./decoder.ts";
import { checkFreeSpace } from "./free-space.ts";
import { type DataSettings, startPace } from "./progress.ts";

/** Encoded pictures with their classes. */
export interface EncodedPool extends Pick<DecoderTask, "paths" | "within"> {
  /** Names in the order of the labels; undefined where classes are numbers. */
  readonly classes: readonly string[] | undefined;
  readonly labels: Uint16Array;
}

interface Found {
  readonly archive: string;
  readonly name: string;
  readonly start: number;
  readonly length: number;
}

/** The field of a sample's class. Source: WebDataset's conventions. */
const CLASS_FIELD = /\.cls$/i;
const CLASS_BYTES = 1 << 10;
/** macOS puts a hidden file beside every picture. */
const HIDDEN = /(^|\/)(\.|__MACOSX\/)/;

/** Whether a member of an archive is one of its pictures, by its name. */
export const isPictureMember = (name: string): boolean => PICTURE_NAME.test(name) && !HIDDEN.test(name);

/**
 * Copies the pictures of archives into one file, where they can be read at random. An archive with a `.cls` is one of
 * WebDataset; others hold one folder a class, at whatever depth, and their pictures are put in the order of a folder's.
 * @param spill the file to make, in a folder that is there; it is the caller's to remove
 * @throws PatinaError as `readMembers`; `data` where classes cannot be told; `interrupted`; `file-system`, before anything is
 * written where the disk has no room, but for packed tars: what they hold shows only on the way
 */
export async function spillArchives(
  name: string,
  archives: readonly string[],
  spill: string,
  settings: DataSettings,
): Promise<EncodedPool> {
  let bytes = 0;
  for (const archive of archives) bytes += await bytesOfMembers(archive, FILE_LIMIT, isPictureMember);
  checkFreeSpace(dirname(spill), bytes, `${name} unpacked`);
  const pictures: Found[] = [];
  const classTexts = new Map<string, string>();
  const skipped: string[] = [];
  const want = (name: string) => {
    if (HIDDEN.test(name)) return false;
    const isWanted = isPictureMember(name) || CLASS_FIELD.test(name);
    if (!isWanted && classTexts.size === 0) skipped.push(name); // a sample of WebDataset may hold anything else
    return isWanted;
  };
  const pace = startPace({ what: `reading ${name}`, total: undefined, unit: "files" }, settings);
  const file = guardWrite(spill, () => openSync(spill, "wx"));
  try {
    let end = 0;
    for (const archive of archives)
      for await (const member of readMembers(archive, FILE_LIMIT, want)) {
        if (CLASS_FIELD.test(member.name)) {
          if (member.bytes.length > CLASS_BYTES)
            throw damaged(archive, `its ${quote(member.name)} has ${member.bytes.length} bytes, too many for a class`);
          classTexts.set(keyOf(archive, member.name), Buffer.from(member.bytes).toString("utf8").trim());
          continue;
        }
        guardWrite(spill, () => writeWhole(file, member.bytes));
        pictures.push({ archive, name: member.name, start: end, length: member.bytes.length });
        end += member.bytes.length;
        await pace(pictures.length);
      }
  } finally {
    closeSync(file);
  }
  if (pictures.length === 0)
    throw new PatinaError("data", `${name}: holds no pictures (JPEG, PNG, WebP, GIF or TIFF). Name another file.`);
  const note = classTexts.size > 0 ? undefined : describeSkipped({ root: name, skipped });
  if (note !== undefined) settings.report?.({ kind: "note", text: note });
  const { order, ...classes } = classTexts.size > 0 ? bySample(name, pictures, classTexts) : byFolder(name, pictures);
  return {
    ...classes,
    paths: order.map((found) => join(found.archive, found.name)),
    within: {
      path: spill,
      starts: sharedNumbers(order.map(({ start }) => start)),
      lengths: sharedNumbers(order.map(({ length }) => length)),
    },
  };
}

/** What the files of a sample have in common: all before the first dot of the file's name. */
const keyOf = (archive: string, name: string): string => join(archive, name.replace(/(\/|^)([^/]*?)\.[^/]*$/, "$1$2"));

interface Classed extends Pick<EncodedPool, "classes" | "labels"> {
  readonly order: readonly Found[];
}

function bySample(name: string, pictures: readonly Found[], texts: ReadonlyMap<string, string>): Classed {
  const seen = new Set<string>();
  const found = pictures.map((picture) => {
    const key = keyOf(picture.archive, picture.name);
    const text = texts.get(key);
    if (text === undefined || text === "")
      throw new PatinaError(
        "data",
        `${name}: ${join(picture.archive, picture.name)} has no class (.cls) beside it. Write one for each sample.`,
      );
    if (seen.has(key))
      throw new PatinaError(
        "data",
        `${name}: the sample ${key} has two pictures or more. Write one for each sample; others may be named .bin.`,
      );
    seen.add(key);
    return text;
  });
  const left = [...texts.keys()].find((key) => !seen.has(key));
  if (left !== undefined)
    throw new PatinaError(
      "data",
      `${name}: the sample ${left} has a class (.cls) and no picture (JPEG, PNG, WebP, GIF or TIFF) beside it. Write one for each sample.`,
    );
  const isNumber = found.map((text) => /^\d{1,5}$/.test(text) && Number(text) < 65_536);
  if (isNumber.every(Boolean)) return { classes: undefined, labels: Uint16Array.from(found, Number), order: pictures };
  const numbered = isNumber.indexOf(true);
  if (numbered >= 0)
    throw new PatinaError(
      "data",
      `${name}: its classes are numbers here (${found[numbered]}) and names there (${quote(found[isNumber.indexOf(false)]!)}). Write one kind: whole numbers from 0 to 65,535, or names.`,
    );
  const classes = [...new Set(found)].sort();
  return { classes, labels: labelsAmong(classes, found), order: pictures };
}

/** Folders that all pictures have in common are passed over: archives often hold one of their own name. */
function byFolder(name: string, pictures: readonly Found[]): Classed {
  const paths = pictures.map((picture) => ({ picture, parts: picture.name.split("/") }));
  const first = paths[0]!.parts;
  let depth = 0;
  while (
    depth < first.length - 1 &&
    paths.every(({ parts }) => parts.length > depth + 1 && parts[depth] === first[depth])
  )
    depth++;
  const stray = paths.filter(({ parts }) => parts.length === depth + 1).map(({ picture }) => picture.name);
  if (stray.length === paths.length) checkClassNames(name, depth === 0 ? [] : [first[depth - 1]!]);
  if (stray.length > 0)
    throw new PatinaError(
      "data",
      `${name}: ${stray.length === 1 ? "a picture lies" : `${stray.length} pictures lie`} beside the folders of the classes (${someOf(stray)}). Move them into their classes, or away.`,
    );
  const classes = [...new Set(paths.map(({ parts }) => parts[depth]!))].sort();
  checkClassNames(name, classes);
  const sorted = paths
    .map(({ picture, parts }) => ({ picture, className: parts[depth]! }))
    .sort((a, b) =>
      a.className === b.className ? compare(a.picture.name, b.picture.name) : compare(a.className, b.className),
    );
  return {
    classes,
    labels: labelsAmong(
      classes,
      sorted.map(({ className }) => className),
    ),
    order: sorted.map(({ picture }) => picture),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);

function labelsAmong(classes: readonly string[], names: readonly string[]): Uint16Array {
  const places = new Map(classes.map((name, place) => [name, place]));
  return Uint16Array.from(names, (name) => places.get(name)!);
}

function sharedNumbers(values: readonly number[]): Float64Array<SharedArrayBuffer> {
  const numbers = new Float64Array(new SharedArrayBuffer(8 * values.length));
  numbers.set(values);
  return numbers;
}
