/** Any folder of pictures, one sub-folder a class, as a data set. */
import { join, resolve } from "node:path";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { isFolder } from "../files.ts";
import { stream } from "../random/stream.ts";
import { type ClassFolders, describeSkipped, listClassFolders, someOf } from "./class-folders.ts";
import { openDecoded } from "./decoded-set.ts";
import type { DataSet } from "./picture-set.ts";
import type { DataSettings } from "./progress.ts";
import { splitStratified } from "./split.ts";

export const FolderOptions = z
  .strictObject({
    kind: z.literal("folder"),
    folder: z.string().min(1).describe("the training pictures: one sub-folder a class; relative to the working folder"),
    test: z
      .union([
        z.string().min(1).describe("a folder with the same sub-folders"),
        z.strictObject({
          share: z
            .number()
            .gt(0)
            .lt(1)
            .describe("share of each class that is kept for the test, between 0 and 1; the same pictures always"),
        }),
      ])
      .describe("the pictures of the test: a folder, or a share of the training pictures"),
    size: z
      .int()
      .min(8)
      .max(1024)
      .optional()
      .describe("side of the pictures in pixels, 8 to 1024; where not given all must have one size already"),
    crop: z
      .enum(["centre", "squeeze"])
      .default("centre")
      .describe('how pictures become square: "centre" cuts out the middle, "squeeze" resizes each side on its own'),
    channels: z.literal([1, 3]).default(3).describe("1 makes all pictures grey, 3 makes all of them coloured"),
  })
  .describe("a folder of pictures");
export type FolderOptions = z.infer<typeof FolderOptions>;

/** The seed of the share for the test. Fixed, and not the experiment's: runs of all seeds are measured on the same pictures. */
const TEST_SEED = 0;

/** @throws PatinaError `file-missing`, `data` (see `listClassFolders`), `picture` (see `openDecoded`), ... */
export async function loadFolder(options: FolderOptions, dataFolder: string, settings: DataSettings): Promise<DataSet> {
  const { folder, test, size, crop, channels } = options;
  const listing = listClassFolders(folder);
  tellSkipped(listing, settings);
  const parts = typeof test === "string" ? withTestFolder(listing, test, settings) : withTestShare(listing, test.share);
  const origin = [parts.train.root, parts.test.root].map((root) => resolve(root)).join("\n");
  return openDecoded(
    { name: folder, origin, classes: listing.classes, ...parts, form: { size, crop, channels } },
    dataFolder,
    settings,
  );
}

/**
 * A folder as a command names it, all pictures in colour where nothing else is said: its `train` and `test` (or `val`) where it has both, else all of
 * it, for both parts.
 * @throws PatinaError as `loadFolder`
 */
export async function loadWholeFolder(
  folder: string,
  { size, channels = 3 }: { size?: number | undefined; channels?: 1 | 3 },
  dataFolder: string,
  settings: DataSettings,
): Promise<DataSet> {
  const form = { size, crop: "centre", channels } as const;
  const [train, test] = [["train"], ["test", "val"]].map((names) =>
    names.map((name) => join(folder, name)).find((path) => isFolder(path)),
  );
  if (train !== undefined && test !== undefined) {
    const parts = FolderOptions.parse({ kind: "folder", folder: train, test, ...form });
    return { ...(await loadFolder(parts, dataFolder, settings)), name: folder };
  }
  const listing = listClassFolders(folder);
  tellSkipped(listing, settings);
  const origin = resolve(folder);
  return openDecoded({ name: folder, origin, classes: listing.classes, train: listing, form }, dataFolder, settings);
}

function withTestFolder(train: ClassFolders, folder: string, settings: DataSettings) {
  const test = listClassFolders(folder);
  tellSkipped(test, settings);
  const missing = train.classes.filter((name) => !test.classes.includes(name));
  const added = test.classes.filter((name) => !train.classes.includes(name));
  if (missing.length + added.length > 0) {
    const differences = [
      ...(missing.length > 0 ? [`has no ${someOf(missing)}`] : []),
      ...(added.length > 0 ? [`has ${someOf(added)} beside them`] : []),
    ];
    throw new PatinaError(
      "data",
      `${folder}: its classes are not those of ${train.root}: it ${differences.join(" and ")}. Give both the same sub-folders.`,
    );
  }
  return { train, test };
}

/** The stream is named for its use, and forked for each class by its number. */
function withTestShare({ root, pictures, classes }: ClassFolders, share: number) {
  const labels = pictures.map(({ label }) => label);
  const { train, held } = splitStratified(labels, share, stream(TEST_SEED, "test-share"), {
    key: "data.test.share",
    classes,
  });
  const pick = (indices: Uint32Array) => ({ root, pictures: Array.from(indices, (index) => pictures[index]!) });
  return { train: pick(train), test: pick(held) };
}

function tellSkipped(listing: ClassFolders, { report }: DataSettings): void {
  const text = describeSkipped(listing);
  if (text !== undefined) report?.({ kind: "note", text });
}
