/** Copies pictures of a pool into the file of another. */
import { closeSync, openSync } from "node:fs";
import type { ReadableStore } from "../data/picture-store.ts";
import { type DataSettings, startPace } from "../data/progress.ts";
import { guardWrite, writeWhole } from "../files.ts";

export interface CopyTarget {
  readonly path: string;
  /** Where the first picture begins, in bytes. */
  readonly offset: number;
  /** Of a picture there. */
  readonly pictureBytes: number;
}

/** Bytes that are written at once, about. */
const PIECE = 1 << 20;

/**
 * Writes the pictures of these indices one after another.
 * @param change brings a picture's bytes, which are valid during the call only, to those that are written
 * @throws PatinaError `file-system`, `file-damaged`, `interrupted`; what `change` throws
 */
export async function copyPictures(
  store: ReadableStore,
  indices: ArrayLike<number>,
  { path, offset, pictureBytes }: CopyTarget,
  settings: DataSettings & { readonly what: string },
  change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
): Promise<void> {
  const total = indices.length;
  const pace = startPace({ what: settings.what, total, unit: "pictures" }, settings);
  const perPiece = Math.max(1, Math.floor(PIECE / pictureBytes));
  const picture = new Uint8Array(store.pictureBytes);
  const piece = new Uint8Array(perPiece * pictureBytes);
  const file = guardWrite(path, () => openSync(path, "r+"));
  try {
    for (let start = 0; start < total; start += perPiece) {
      const count = Math.min(perPiece, total - start);
      for (let place = 0; place < count; place++) {
        store.readInto(indices[start + place]!, picture, 0);
        piece.set(change(picture), place * pictureBytes);
      }
      const bytes = piece.subarray(0, count * pictureBytes);
      guardWrite(path, () => writeWhole(file, bytes, offset + start * pictureBytes));
      await pace(start + count);
    }
  } finally {
    closeSync(file);
  }
}
