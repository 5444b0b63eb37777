/**
 * The layout of Tiny-ImageNet-C and ImageNet-C: a folder a corruption, in it one a severity, in that one a class. There may
 * be a level of groups above. Source: metrics.md 8.
 */
import { readdirSync } from "node:fs";
import { join, parse } from "node:path";
import type { Severity } from "../corrupt/define.ts";
import { corruptions as registered } from "../corrupt/registry.ts";
import { tableOf } from "../corrupt/table.ts";
import { type ClassFolders, listClassFolders, someOf } from "../data/class-folders.ts";
import { PatinaError } from "../errors.ts";
import { isFolder, sha256 } from "../files.ts";
import type { PictureShape } from "../pictures/picture.ts";
import type { Cells, CorruptedData } from "./cells.ts";
import type { FolderSetup, FolderTask } from "./folder-worker.ts";
import { Threads } from "./threads.ts";
import { classFolders } from "./write-folder.ts";

/** The folder of a corruption, also below a group (noise, blur, ...); undefined where there is none. */
export function folderOf(root: string, corruption: string): string | undefined {
  const groups = readdirSync(root).filter((name) => !name.startsWith(".") && isFolder(join(root, name)));
  return [root, ...groups.map((name) => join(root, name))]
    .map((above) => join(above, corruption))
    .find((path) => isFolder(path));
}

export interface FolderOptions {
  /** Made here: files are named by the index of their picture, and follow each other by it. Others class by class. */
  readonly isMade: boolean;
  /** Threads that decode. */
  readonly workers: number;
}

/**
 * Opens the folders of these corruptions. A cell's folder is looked for, and its files listed, when it is asked for.
 * @throws PatinaError `file-missing`, `file-system`; `data` where they do not fit; `file-damaged` where what was made here
 * lacks pictures
 */
export function openFolderCells(
  root: string,
  corruptions: readonly string[],
  severities: readonly Severity[],
  data: CorruptedData,
  { isMade, workers }: FolderOptions,
): Cells {
  const { height, width, channels } = data.test;
  const shape = { height, width, channels };
  const find = (corruption: string, severity: Severity) =>
    severityNames(corruption, severity, shape)
      .map((name) => join(folderOf(root, corruption)!, name))
      .find((path) => isFolder(path));
  const folderOfCell = (corruption: string, severity: Severity) => {
    const found = find(corruption, severity);
    if (found !== undefined) return found;
    const names = severityNames(corruption, severity, shape).join(" or ");
    throw new PatinaError(
      "file-missing",
      `${folderOf(root, corruption)}: has no folder of severity ${severity} (${names}). Copy it from where the others came, or name with --only and --severity what is there.`,
    );
  };
  const [present] = corruptions.flatMap((name) => severities.flatMap((severity) => find(name, severity) ?? []));
  const identities = new Map<string, string>();
  const look = (path: string): ClassFolders => {
    const cell = isMade ? byIndex(listClassFolders(path)) : listClassFolders(path);
    identities.set(path, sha256(JSON.stringify(cell.pictures)));
    return cell;
  };
  const first = look(present ?? folderOfCell(corruptions[0]!, severities[0]!));
  const notes = checkClasses(first, data);
  if (isMade) checkMade(first, data);
  const threads = new Threads<FolderTask>(workerFile, { shape } satisfies FolderSetup, workers);
  return {
    labels: Uint16Array.from(first.pictures, ({ label }) => label),
    notes,
    // Of all its files, since a folder's date does not change with them; they are looked at once: there may be millions.
    identity(corruption, severity) {
      const found = find(corruption, severity);
      if (found === undefined) return "none";
      if (!identities.has(found)) look(found);
      return identities.get(found)!;
    },
    check: folderOfCell,
    open(corruption, severity) {
      const cell = look(folderOfCell(corruption, severity));
      checkSame(cell, first);
      return async (picked) =>
        threads.run({ paths: Array.from(picked, (place) => join(cell.root, cell.pictures[place]!.path)) });
    },
    close: () => threads.close(),
  };
}

// Beside this file both among the sources and in the compiled package.
const workerFile = new URL(
  import.meta.url.endsWith(".ts") ? "./folder-worker.ts" : "./folder-worker.js",
  import.meta.url,
);

/** C-bar's generator names severities by their strength with two decimals, downloads by 1 to 5. */
function severityNames(corruption: string, severity: Severity, shape: PictureShape): string[] {
  const strength = registered.find(({ name }) => name === corruption)?.constants[tableOf(shape)][severity - 1];
  return [`${severity}`, ...(typeof strength === "number" ? [strength.toFixed(2)] : [])];
}

const indexOf = (path: string): number => Number(parse(path).name);

function byIndex({ pictures, ...rest }: ClassFolders): ClassFolders {
  return { ...rest, pictures: pictures.toSorted((a, b) => indexOf(a.path) - indexOf(b.path)) };
}

/** @throws PatinaError `file-damaged` where it does not hold the test pictures, each in its class. */
function checkMade({ root, pictures }: ClassFolders, { name, test }: CorruptedData): void {
  const isWhole = pictures.every(({ path, label }, place) => indexOf(path) === place && label === test.labels[place]);
  if (isWhole && pictures.length === test.count) return;
  throw new PatinaError(
    "file-damaged",
    `${root}: does not hold each of the ${test.count.toLocaleString("en")} test pictures of ${name} in its class (${pictures.length.toLocaleString("en")} are there). Copy the folder again, or call patina corrupt as before: what is not whole is made again.`,
  );
}

/** @throws PatinaError `data` where there are more or fewer classes. Names that differ are told in a note. */
function checkClasses({ root, classes }: ClassFolders, data: CorruptedData): string[] {
  if (classes.length !== data.classes.length)
    throw new PatinaError(
      "data",
      `${root}: has ${classes.length} classes, ${data.name} has ${data.classes.length}. Name the pictures made from ${data.name}, all classes of them.`,
    );
  const expected = classFolders(data.classes);
  const differs = classes.findIndex((name, label) => name !== expected[label]);
  if (differs < 0) return [];
  return [
    `The folders of the classes are not named as in ${data.name} (${classes[differs]}, ${expected[differs]}): they were matched by their place in sorted order.`,
  ];
}

/** @throws PatinaError `data` where two cells do not hold the same pictures: nothing could be paired. */
function checkSame(cell: ClassFolders, first: ClassFolders): void {
  const names = new Set(cell.pictures.map(({ path }) => path));
  const missing = first.pictures.filter(({ path }) => !names.has(path)).map(({ path }) => path);
  const isSame = missing.length === 0 && names.size === first.pictures.length;
  if (isSame) return;
  const number = (count: number) => count.toLocaleString("en");
  throw new PatinaError(
    "data",
    `${cell.root}: holds ${number(names.size)} pictures, ${first.root} ${number(first.pictures.length)}${missing.length > 0 ? `; it lacks ${someOf(missing)}` : ""}. Copy the folder again.`,
  );
}
