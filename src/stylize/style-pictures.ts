/** Style pictures: any pictures of a folder, or of an archive. */
import { basename, dirname, join, resolve } from "node:path";
import { type ArchiveMember, readMembers } from "../data/archive-members.ts";
import { listPictures, PICTURE_NAME } from "../data/class-folders.ts";
import { FILE_LIMIT } from "../data/decoder.ts";
import { PatinaError } from "../errors.ts";
import { isFolder, readBounded, sha256 } from "../files.ts";
import { decodePicture } from "../pictures/codec.ts";
import type { Picture } from "../pictures/picture.ts";

export interface StylePicture {
  /** Its path below the folder, or in the archive. */
  readonly name: string;
  /** sha256 of its file. */
  readonly digest: string;
  readonly picture: Picture;
}

/**
 * The pictures, in colour, one after another: those of a folder at any depth, sorted by path; those of a zip or tar in its
 * order. Files are told by the endings of their names.
 * @throws PatinaError `file-missing`, `file-system`, `data` as `listPictures`; as `readMembers`; `picture` where one cannot be decoded
 */
export async function* readStylePictures(path: string): AsyncGenerator<StylePicture, void, void> {
  const files = isFolder(path)
    ? readFolder(resolve(path))
    : readMembers(path, FILE_LIMIT, (name) => PICTURE_NAME.test(name));
  for await (const { name, bytes } of files)
    yield {
      name,
      digest: sha256(bytes),
      picture: await decodePicture(bytes, join(path, name), { channels: 3 }),
    };
}

/** The error of who asked for some and got none. */
export const noStylePictures = (source: string): PatinaError =>
  new PatinaError("data", `${source}: no style pictures (JPEG, PNG, WebP, GIF or TIFF) were found. Add some.`);

function* readFolder(path: string): Generator<ArchiveMember, void, void> {
  const [above, own] = [dirname(path), basename(path)];
  for (const { path: below } of listPictures(above, own, []))
    yield { name: below.slice(own.length + 1), bytes: readBounded(join(above, below), FILE_LIMIT) };
}
