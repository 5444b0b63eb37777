/** Folders of pictures, one sub-folder a class. */
import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { PatinaError } from "../errors.ts";

export interface PictureFile {
  /** Below the root, with slashes. */
  readonly path: string;
  /** Its class, from 0. */
  readonly label: number;
  readonly bytes: number;
  /** When it was last changed, in milliseconds. */
  readonly modified: number;
}

export interface ClassFolders {
  readonly root: string;
  /** Names of the sub-folders, sorted. */
  readonly classes: readonly string[];
  /** Class by class, each sorted by path. */
  readonly pictures: readonly PictureFile[];
  /** Files that are no pictures by their names; hidden ones are not counted. */
  readonly skipped: readonly string[];
}

/** What the codec decodes, by the endings of names. */
export const PICTURE_NAME = /\.(jpe?g|png|webp|gif|tiff?)$/i;
const PART_NAMES = ["train", "training", "test", "val", "valid", "validation"];

/**
 * Lists the pictures of all classes, at any depth below the class's folder. Hidden files and folders, Thumbs.db, and
 * names without the ending of a picture are skipped. Names are sorted by their UTF-16 code units.
 * @throws PatinaError `file-missing`, `file-system`; `data` where a class is empty, a picture lies in no class, or the
 * sub-folders are parts (train, test) rather than classes.
 */
export function listClassFolders(root: string): ClassFolders {
  const skipped: string[] = [];
  const top = readFolder(root);
  const classes = top.filter(({ isFolder }) => isFolder).map(({ name }) => name);
  checkClassNames(root, classes);
  const stray = top.filter(({ name, isFolder }) => !isFolder && PICTURE_NAME.test(name)).map(({ name }) => name);
  if (stray.length > 0)
    throw new PatinaError(
      "data",
      `${root}: ${stray.length === 1 ? "a picture lies" : `${stray.length} pictures lie`} beside the sub-folders of the classes (${someOf(stray)}). Move them into their classes, or away.`,
    );
  for (const { name, isFolder } of top) if (!isFolder) skipped.push(name);
  const pictures = classes.flatMap((name, label) => {
    const files = listPictures(root, name, skipped);
    if (files.length === 0)
      throw new PatinaError(
        "data",
        `${join(root, name)}: holds no pictures (JPEG, PNG, WebP, GIF or TIFF). Add some, or remove the folder.`,
      );
    return files.map((file) => ({ ...file, label }));
  });
  return { root, classes, pictures, skipped };
}

/** @throws PatinaError `data` where these are no names of classes: none, one, or parts (train, test). */
export function checkClassNames(root: string, classes: readonly string[]): void {
  if (classes.length === 0)
    throw new PatinaError("data", `${root}: has no sub-folders. Give it one for each class, with its pictures in it.`);
  if (classes.every((name) => PART_NAMES.includes(name.toLowerCase())))
    throw new PatinaError(
      "data",
      `${root}: its sub-folders are ${classes.join(", ")}: parts, it seems, not classes. Name one of them, such as ${join(root, classes[0]!)}.`,
    );
  if (classes.length === 1)
    throw new PatinaError(
      "data",
      `${root}: has one sub-folder only (${classes[0]}); a classifier needs two classes or more. Name the folder that holds one sub-folder for each class.`,
    );
}

/** The pictures below one folder of `root`, without classes, sorted by path; adds to `skipped` what is none. */
export function listPictures(root: string, folder: string, skipped: string[]): Omit<PictureFile, "label">[] {
  const files: Omit<PictureFile, "label">[] = [];
  const visit = (path: string, above: readonly string[]): void => {
    const real = realpathSync(join(root, path));
    if (above.includes(real))
      throw new PatinaError("data", `${join(root, path)}: is a link to a folder that it lies in. Remove the link.`);
    for (const { name, isFolder, stats } of readFolder(join(root, path))) {
      const inner = `${path}/${name}`;
      if (isFolder) visit(inner, [...above, real]);
      else if (PICTURE_NAME.test(name)) files.push({ path: inner, bytes: stats.size, modified: stats.mtimeMs });
      else skipped.push(inner);
    }
  };
  visit(folder, []);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What is in a folder but for hidden names, sorted; links are followed. */
function readFolder(path: string): { name: string; isFolder: boolean; stats: Stats }[] {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    if (reason === "ENOENT")
      throw new PatinaError("file-missing", `${path}: does not exist (in ${resolve(".")}). Check the path.`, { cause });
    if (reason === "ENOTDIR")
      throw new PatinaError("file-missing", `${path}: is not a folder. Name a folder of pictures.`, { cause });
    throw new PatinaError("file-system", `${path}: cannot be read (${reason}). Change its permissions.`, { cause });
  }
  return names
    .filter((name) => !name.startsWith(".") && name !== "Thumbs.db")
    .sort()
    .map((name) => {
      const stats = statsOf(join(path, name));
      return { name, isFolder: stats.isDirectory(), stats };
    });
}

function statsOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    if (reason === "ENOENT" || reason === "ELOOP")
      throw new PatinaError("data", `${path}: is a link to nothing. Mend it, or remove it.`, { cause });
    throw new PatinaError("file-system", `${path}: cannot be read (${reason}). Change its permissions.`, { cause });
  }
}

/** Which files were skipped, in a line; undefined where none were. */
export function describeSkipped({ root, skipped }: Pick<ClassFolders, "root" | "skipped">): string | undefined {
  if (skipped.length === 0) return undefined;
  const what = skipped.length === 1 ? "a file that is no picture" : `${skipped.length} files that are no pictures`;
  return `${root}: skipped ${what} by name (${someOf(skipped)})`;
}

/** The first few of many names. */
export function someOf(names: readonly string[], count = 3): string {
  return names.slice(0, count).join(", ") + (names.length > count ? ", ..." : "");
}
