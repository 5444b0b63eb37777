/** Puts a known data set into the folder of data sets, whole or not at all: fetched, or from files that are here. */
import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { PatinaError } from "../errors.ts";
import { makeFolder, moveIntoPlace, sha256File, temporaryFor } from "../files.ts";
import { download } from "./download.ts";
import { findInside, findPlace, type KnownDataSet, type Release } from "./known-data-set.ts";
import type { DataSet } from "./picture-set.ts";
import type { DataSettings } from "./progress.ts";
import { copyMembers, unpackMembers } from "./unpack.ts";

export interface Installed {
  /** Where it lies. */
  readonly place: string;
  /** What was read to verify it; undefined where it was there already. */
  readonly data: DataSet | undefined;
}

/**
 * Fetches a data set, unless it is there; verifies its files by size and sha256, and the whole by reading it.
 * @throws PatinaError `network`, `interrupted`, `file-system`; what was fetched whole is not fetched again next time.
 */
export async function fetchDataSet(set: KnownDataSet, dataFolder: string, settings: DataSettings): Promise<Installed> {
  const there = findPlace(set, dataFolder);
  if (there !== undefined) return { place: there, data: undefined };
  const release = set.releases[0]!;
  const downloads = join(dataFolder, "downloads");
  try {
    const paths: string[] = [];
    for (const file of release.files) paths.push(await download(file, downloads, settings));
    const installed = await install(set, dataFolder, settings, downloads, (stage) =>
      release.isArchive
        ? unpackMembers(paths[0]!, [release], stage, settings)
        : copyMembers(downloads, [release], stage, settings),
    );
    for (const path of paths) rmSync(path);
    return installed;
  } catch (error) {
    if (!(error instanceof PatinaError) || error.code !== "network") throw error;
    const hint = `Or bring it from elsewhere: patina data import ${set.name} --from FILE_OR_FOLDER`;
    throw new PatinaError("network", `${error.message}\n${hint}`, { cause: error });
  } finally {
    if (existsSync(downloads) && readdirSync(downloads).length === 0) rmdirSync(downloads);
  }
}

/**
 * Imports a data set from its archive, from its unpacked folder, or from a folder that holds either. An archive other
 * than the official one is told of, and taken where it can be read.
 * @throws PatinaError `file-exists`; `file-missing`, `file-foreign` where it is not there; otherwise as its `read`.
 */
export async function importDataSet(
  set: KnownDataSet,
  from: string,
  dataFolder: string,
  settings: DataSettings,
): Promise<Installed> {
  const there = findInside(set, dataFolder);
  if (there !== undefined) throw alreadyThere(set, there);
  const source = findSource(set, from);
  if (statSync(source).isDirectory())
    return install(set, dataFolder, settings, source, (stage) => copyMembers(source, set.releases, stage, settings));
  compareWithOfficial(source, set, settings);
  return install(set, dataFolder, settings, source, (stage) => unpackMembers(source, set.releases, stage, settings));
}

/** The archive, or the folder that holds the data set. */
function findSource(set: KnownDataSet, from: string): string {
  const stats = statSync(from, { throwIfNoEntry: false });
  if (stats === undefined) throw new PatinaError("file-missing", `${from}: does not exist. Check the path.`);
  if (stats.isFile()) {
    if (set.releases.some(({ isArchive }) => isArchive)) return from;
    throw new PatinaError(
      "file-foreign",
      `${from}: is one file; ${set.name} has several. Name the folder that holds ${set.releases[0]!.files.map(({ name }) => name).join(", ")}.`,
    );
  }
  const found = set.holds(from) ? from : findInside(set, from);
  if (found !== undefined) return found;
  const wanted = set.releases.flatMap(({ folder, files, isArchive }) => [
    `${folder}/`,
    ...(isArchive ? [files[0]!.name] : []),
  ]);
  throw new PatinaError(
    "file-foreign",
    `${from}: holds no ${set.name}: neither its files nor ${wanted.join(", ")}. Name its archive, or its unpacked folder.`,
  );
}

/** Says whether an archive is one of the official ones; if not, why it seems so. */
function compareWithOfficial(path: string, set: KnownDataSet, { report }: DataSettings): void {
  const files = set.releases.flatMap((release) => (release.isArchive ? release.files : []));
  const size = statSync(path).size;
  const digest = sha256File(path);
  const official = files.find(({ sha256 }) => sha256 === digest);
  if (official !== undefined) {
    report?.({ kind: "note", text: `${path}: is the official ${official.name}: its sha256 fits` });
    return;
  }
  const meant =
    files.find(({ name }) => name === basename(path)) ?? files.find(({ bytes }) => bytes === size) ?? files[0]!;
  const reason =
    size === meant.bytes
      ? `its sha256 is ${digest}, official is ${meant.sha256}`
      : `it has ${size.toLocaleString("en")} bytes, official are ${meant.bytes.toLocaleString("en")}${size < meant.bytes ? " (a part of it, or another packing)" : ""}`;
  report?.({
    kind: "warning",
    text: `${path}: is not the official ${meant.name}: ${reason}. It is taken if all of it can be read.`,
  });
}

/**
 * Fills a folder beside its final place, reads it as training will, and only then gives it its name.
 * @param origin stands in messages instead of the folder that is filled, which is gone when they are read
 */
async function install(
  set: KnownDataSet,
  dataFolder: string,
  settings: DataSettings,
  origin: string,
  fill: (stage: string) => Promise<Release>,
): Promise<Installed> {
  const stage = temporaryFor(join(dataFolder, set.name));
  makeFolder(stage);
  try {
    const { folder } = await fill(stage);
    const data = await set.read(stage, dataFolder, settings);
    const place = join(dataFolder, folder);
    if (existsSync(place)) throw alreadyThere(set, place);
    moveIntoPlace(stage, place);
    return { place, data };
  } catch (error) {
    if (error instanceof PatinaError && error.message.includes(stage))
      throw new PatinaError(error.code, error.message.replaceAll(stage, origin), { cause: error });
    throw error;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

const alreadyThere = ({ name }: KnownDataSet, place: string): PatinaError =>
  new PatinaError(
    "file-exists",
    `${place}: is there already. Check it with: patina data verify ${name}   To replace it remove it first: rm -r ${place}`,
  );
