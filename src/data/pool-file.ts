/**
 * The form into which pools are brought: an .npz as the published ones, `image` [N,H,W,C] uint8 and `label` [N] int64, both
 * stored and not packed so that pictures are read where they lie, and a note of where they come from (`patina.json`).
 */
import { closeSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { guardWrite, makeFolder, moveIntoPlace, startFile, syncFile, temporaryFor, writeWhole } from "../files.ts";
import { npyHeader, writeNpy } from "../formats/npy.ts";
import { type PlacedMember, type StoredMember, storedDirectory, storedHeader } from "../formats/stored-zip.ts";
import { openZip } from "../formats/zip.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import { version } from "../version.ts";
import { isZip } from "./archive-members.ts";
import type { DecoderTask } from "./decoder.ts";
import { checkFreeSpace } from "./free-space.ts";
import { shapeText } from "./picture-set.ts";
import { FileStore } from "./picture-store.ts";
import { digestOfPool } from "./pool-digest.ts";
import type { DataSettings } from "./progress.ts";

const NOTE = "patina.json";
const NOTE_LIMIT = 16 << 20;
const MARK = "pool of synthetic pictures";

const PoolNote = z.strictObject({
  format: z.literal(1),
  what: z.literal(MARK),
  patina: z.string().describe("the version that wrote it"),
  classes: z.array(z.string()).optional().describe("names in the order of the labels; numbers alone where not given"),
  digest: z.string().describe("sha256 of shape, labels and pictures, as that of a data set"),
  source: z
    .strictObject({
      path: z.string(),
      sha256: z
        .string()
        .optional()
        .describe("of the file; of many files, that of theirs, in the order of the pictures"),
    })
    .optional()
    .describe("what it was made from"),
  selection: z
    .strictObject({
      pool: z.string().describe("digest of the pool that they were chosen from"),
      run: z.string().describe("the classifier's run"),
      weights: z.string().describe("sha256 of its weights"),
      from: z.array(z.int()).describe("pictures of each class that there were"),
      kept: z.array(z.int()).describe("pictures of each class that were kept, the surest first"),
      least: z.array(z.number()).describe("the confidence of the last one of each class, in [0,1]"),
    })
    .optional()
    .describe("how its pictures were chosen"),
});
export type PoolNote = z.infer<typeof PoolNote>;

/** What is written, but for the pictures themselves. */
export interface PoolContent {
  readonly shape: PictureShape;
  readonly labels: Uint16Array;
  readonly classes: readonly string[] | undefined;
}

/** Known when the pictures are written. */
export type PoolOrigin = Pick<PoolNote, "source" | "selection">;

/**
 * Writes a pool, whole or not at all.
 * @param fill writes the pictures at their places in the file, one after another from the offset on
 * @throws PatinaError `file-system`, `interrupted`; what `fill` throws
 */
export async function writePool(
  path: string,
  { shape, labels, classes }: PoolContent,
  fill: (target: NonNullable<DecoderTask["target"]>) => Promise<PoolOrigin>,
  settings: DataSettings,
): Promise<PoolNote> {
  const count = labels.length;
  const imageStart = npyHeader("uint8", [count, shape.height, shape.width, shape.channels]);
  const imageBytes = imageStart.length + count * byteCount(shape);
  const image = { name: "image.npy", bytes: imageBytes, crc32: 0 };
  const header = storedHeader(image).length;
  checkPoolSpace(path, shape, count);
  const temporary = temporaryFor(path);
  try {
    startFile(temporary, Buffer.concat([storedHeader(image), imageStart]), header + imageBytes);
    const offset = header + imageStart.length;
    const origin = await fill({ path: temporary, offset, shape: shapeText(shape) });
    const store = new FileStore(temporary, byteCount(shape), count, offset);
    let checksum = crc32(imageStart);
    const digest = await digestOfPool({ shape, labels, store }, `checking ${path}`, settings, (piece) => {
      checksum = crc32(piece, checksum);
    }).finally(() => store.close());
    const note: PoolNote = {
      format: 1,
      what: MARK,
      patina: version,
      ...(classes === undefined ? {} : { classes: [...classes] }),
      digest,
      ...origin,
    };
    finish(temporary, { ...image, crc32: checksum }, header + imageBytes, [
      ["label.npy", writeNpy({ dtype: "int64", shape: [count], bytes: int64(labels) })],
      [NOTE, Buffer.from(`${JSON.stringify(note, null, 2)}\n`)],
    ]);
    moveIntoPlace(temporary, path);
    return note;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Whether there is room for a pool: where much is computed first, to be asked before that too. Makes the folder.
 * @throws PatinaError `file-system`
 */
export function checkPoolSpace(path: string, shape: PictureShape, count: number): void {
  makeFolder(dirname(path));
  checkFreeSpace(dirname(path), count * byteCount(shape), `a pool of ${count.toLocaleString("en")} pictures`);
}

/** Writes what follows the pictures, and their checksum before them. */
function finish(
  path: string,
  image: StoredMember,
  end: number,
  others: readonly (readonly [name: string, bytes: Uint8Array])[],
): void {
  const members: PlacedMember[] = [{ ...image, offset: 0 }];
  const parts: Uint8Array[] = [];
  let start = end;
  for (const [name, bytes] of others) {
    const member = { name, bytes: bytes.length, crc32: crc32(bytes) };
    const header = storedHeader(member);
    members.push({ ...member, offset: start });
    parts.push(header, bytes);
    start += header.length + bytes.length;
  }
  parts.push(storedDirectory(members, start));
  const file = guardWrite(path, () => openSync(path, "r+"));
  try {
    guardWrite(path, () => {
      writeWhole(file, storedHeader(image), 0);
      writeWhole(file, Buffer.concat(parts), end);
    });
  } finally {
    closeSync(file);
  }
  syncFile(path);
}

function int64(labels: Uint16Array): Uint8Array {
  const numbers = BigInt64Array.from(labels, BigInt);
  return new Uint8Array(numbers.buffer);
}

/**
 * The note of a pool that Patina wrote; undefined for other files.
 * @throws PatinaError `file-damaged` where it is no whole note; as `openZip`
 */
export async function readPoolNote(path: string): Promise<PoolNote | undefined> {
  if (!isZip(path)) return undefined;
  const zip = await openZip(path);
  try {
    if (!zip.members.some(({ name }) => name === NOTE)) return undefined;
    const text = Buffer.from(await zip.read(NOTE, NOTE_LIMIT)).toString("utf8");
    return PoolNote.parse(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof PatinaError) throw cause;
    throw new PatinaError(
      "file-damaged",
      `${path}: its note (${NOTE}) is none that this version reads. Import it again, or save image and label alone with np.savez.`,
      { cause },
    );
  } finally {
    zip.close();
  }
}
