/**
 * The layout of Tiny-ImageNet-C and ImageNet-C: a folder a corruption, in it one a severity, in that one a class. There may
 * be a level of groups above. Source: metrics.md 8.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Severity } from "../corrupt/define.ts";
import { corruptions as registered } from "../corrupt/registry.ts";
import { tableOf } from "../corrupt/table.ts";
import { type ClassFolders, listClassFolders, someOf } from "../data/class-folders.ts";
import { PatinaError } from "../errors.ts";
import { isFolder } from "../files.ts";
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

/**
 * Opens the folders of these corruptions. A cell's files are listed when it is read, and decoded in threads.
 * @throws PatinaError `file-missing`, `file-system`; `data` where they do not fit.
 */
export function openFolderCells(
  root: string,
  corruptions: readonly string[],
  severities: readonly Severity[],
  data: CorruptedData,
  workers: number,
): Cells {
  const { height, width, channels } = data.test;
  const shape = { height, width, channels };
  const places = new Map(
    corruptions.map((name) => [name, severities.map((severity) => severityFolder(root, name, severity, shape))]),
  );
  const first = listClassFolders(places.get(corruptions[0]!)![0]!);
  const notes = checkClasses(first, data);
  const threads = new Threads<FolderTask>(workerFile, { shape } satisfies FolderSetup, workers);
  return {
    labels: Uint16Array.from(first.pictures, ({ label }) => label),
    notes,
    // All files of one cell, and of the others the folder: to look at a million files would take minutes.
    identity: (corruption, severity) =>
      JSON.stringify([first.pictures, statSync(places.get(corruption)![severities.indexOf(severity)]!).mtimeMs]),
    open(corruption, severity) {
      const cell = listClassFolders(places.get(corruption)![severities.indexOf(severity)]!);
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
function severityFolder(root: string, corruption: string, severity: Severity, shape: PictureShape): string {
  const above = folderOf(root, corruption)!;
  const strength = registered.find(({ name }) => name === corruption)?.constants[tableOf(shape)][severity - 1];
  const names = [`${severity}`, ...(typeof strength === "number" ? [strength.toFixed(2)] : [])];
  const found = names.map((name) => join(above, name)).find((path) => isFolder(path));
  if (found !== undefined) return found;
  throw new PatinaError(
    "file-missing",
    `${above}: has no folder of severity ${severity} (${names.join(" or ")}). Copy it from where the others came, or leave ${corruption} out.`,
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
