/** The photographs of frost of the original program: they are not ours to give, so who has them brings them. */
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { FrostTextures } from "../corrupt/frost/textures.ts";
import type { Release } from "../data/known-data-set.ts";
import type { DataSettings } from "../data/progress.ts";
import { copyMembers, unpackMembers } from "../data/unpack.ts";
import { PatinaError } from "../errors.ts";
import { isFolder, makeFolder, moveIntoPlace, readBounded, sha256, temporaryFor } from "../files.ts";
import { decodePicture } from "../pictures/codec.ts";

/** The five that are used, in the order of the draw. */
const PHOTOGRAPHS = {
  "frost1.png": "ff9f907860bd7a835d459e32f9d588062b7f61ee267343cc7222b56753a14755",
  "frost2.png": "fe211a89b336999c207a852ce05818d4545d0b57c5beadd824b4cc9d9a9b6137",
  "frost3.png": "2d0d50b4a9bb213f38b024ef7768731bb83cc08d2f26b5766bbc167cdfa0e504",
  "frost4.jpg": "3f8b91ca1a9fa7167b09e773da53f5ae60d0a1fd88f02a783f6e328a72887f6e",
  "frost5.jpg": "5fc6a19df4a429ba68abdcc8f8a4278d4c9f81c9ccafd2c92ab0c8cf8992ebd2",
} as const;
const FILE_LIMIT = 4 << 20;

/** Nobody offers them for fetching, so there is no file to name. */
const release: Release = {
  folder: "frost",
  files: [],
  isArchive: true,
  member: /^frost[1-6]\.(png|jpg)$/,
};
const ARCHIVE = "frost-photographs.tar.gz";

/**
 * Takes the photographs over into the folder of data sets, and answers where they lie.
 * @param from their archive (tar or zip), their folder (`frost/` of the original program), or a folder that holds either
 * @throws PatinaError `file-exists`; `file-missing`, `file-foreign`, `file-damaged` where they are not the original ones;
 * `file-hostile`, `file-system`, `interrupted`
 */
export async function importFrost(from: string, dataFolder: string, settings: DataSettings): Promise<string> {
  const place = join(dataFolder, release.folder);
  if (existsSync(place))
    throw new PatinaError("file-exists", `${place}: is there already. To replace it remove it first: rm -r ${place}`);
  const source = findSource(from);
  const stage = temporaryFor(place);
  makeFolder(stage);
  try {
    const take = isFolder(source) ? copyMembers : unpackMembers;
    await take(source, [release], stage, settings);
    readPhotographs(stage, source);
    moveIntoPlace(stage, place);
    return place;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * The photographs as textures; undefined where they were not imported.
 * @throws PatinaError `file-damaged`, `file-missing` where a file is not the original one
 */
export async function loadFrostTextures(dataFolder: string): Promise<FrostTextures | undefined> {
  const place = join(dataFolder, release.folder);
  if (!existsSync(place)) return undefined;
  const photographs = readPhotographs(place, place);
  const pictures = photographs.map(({ name, bytes }) => decodePicture(bytes, join(place, name), { channels: 3 }));
  return { name: "photographs", pictures: await Promise.all(pictures) };
}

function findSource(from: string): string {
  if (statSync(from, { throwIfNoEntry: false }) === undefined)
    throw new PatinaError("file-missing", `${from}: does not exist. Check the path.`);
  if (!isFolder(from)) return from;
  const first = Object.keys(PHOTOGRAPHS)[0]!;
  const candidates = [from, join(from, release.folder)].filter((folder) => existsSync(join(folder, first)));
  const found = [...candidates, join(from, ARCHIVE)].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new PatinaError(
    "file-foreign",
    `${from}: holds no photographs of frost: neither ${first} nor ${release.folder}/ nor ${ARCHIVE}. Name their archive, or their folder.`,
  );
}

/** The bytes of the five. @param origin stands in messages instead of the folder */
function readPhotographs(folder: string, origin: string): { name: string; bytes: Uint8Array }[] {
  return Object.entries(PHOTOGRAPHS).map(([name, expected]) => {
    if (!existsSync(join(folder, name)))
      throw new PatinaError(
        "file-missing",
        `${origin}: ${name} is not there. All five are needed: bring the whole set.`,
      );
    const bytes = readBounded(join(folder, name), FILE_LIMIT);
    const found = sha256(bytes);
    if (found !== expected)
      throw new PatinaError(
        "file-damaged",
        `${origin}: ${name} is not the original photograph: its sha256 is ${found}, expected is ${expected}. Copy it again from the original program.`,
      );
    return { name, bytes };
  });
}
