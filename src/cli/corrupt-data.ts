/** Whose pictures `patina corrupt` takes, and what it must not write among them. */
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { z } from "zod";
import { type DataSet, isPath, loadNamed } from "../data/data-set.ts";
import { DataOptions } from "../data/options.ts";
import type { DataSettings } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import { readExperiment } from "../run/run.ts";

const isRun = (what: string) => existsSync(join(what, "experiment.json"));

/**
 * The known data set of that name, that of the run in this folder, or the pictures of this folder.
 * @param dataFolder where data sets lie; of a run as when it was trained, where not given
 * @throws PatinaError as `loadNamed` and `loadRunData`; `usage` for the size of a run's pictures
 */
export async function loadCorrupted(
  what: string,
  size: number | undefined,
  dataFolder: string | undefined,
  settings: DataSettings,
): Promise<{ data: DataSet; dataFolder: string }> {
  if (!isRun(what)) {
    const place = dataFolder ?? "data";
    return { data: await loadNamed(what, size, place, settings), dataFolder: place };
  }
  if (size !== undefined)
    throw new PatinaError("usage", `${what}: is a run; its pictures keep the size of its training. Leave out --size.`);
  const { loadRunData } = await import("../evaluate/pictures.ts"); // with it come networks, needed here only
  const { data, manifest } = await loadRunData(what, dataFolder, settings);
  return { data, dataFolder: dataFolder ?? manifest.dataFolder };
}

const RunExperiment = z.looseObject({ data: DataOptions });

/** The folders from which the pictures come: one sub-folder a class. None for known data sets and arrays. */
function foldersOf(what: string): string[] {
  if (!isRun(what)) return isPath(what) ? [what] : [];
  const { data: options } = RunExperiment.safeParse(readExperiment(what)).data ?? {};
  if (typeof options !== "object" || options.kind !== "folder") return [];
  return typeof options.test === "string" ? [options.folder, options.test] : [options.folder];
}

/** Refuses to write where it would be taken for a class, or for a picture. @throws PatinaError `usage` */
export function refuseInside(path: string, what: string): void {
  const folder = foldersOf(what).find((one) => isInside(path, one));
  if (folder === undefined) return;
  throw new PatinaError(
    "usage",
    `${path}: lies in ${folder}, whose pictures are to be corrupted; it would become a part of them. Name a place outside.`,
  );
}

function isInside(path: string, folder: string): boolean {
  const way = relative(realPlace(folder), realPlace(path));
  return !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** Where a path leads, links followed as far as it is there already. */
function realPlace(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole)) return realpathSync(whole);
  return whole === dirname(whole) ? whole : join(realPlace(dirname(whole)), basename(whole));
}
