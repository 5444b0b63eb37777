/** Style pictures: any pictures of a folder, or of a tar archive. */
import { basename, dirname, join, resolve } from "node:path";
import { listPictures, PICTURE_NAME } from "../data/class-folders.ts";
import { FILE_LIMIT } from "../data/decoder.ts";
import { isFolder, readBounded, sha256 } from "../files.ts";
import { streamTar } from "../formats/tar.ts";
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
 * The pictures, in colour, one after another: those of a folder at any depth, sorted by path; those of a tar in its order.
 * Files are told by the endings of their names.
 * @throws PatinaError `file-missing`, `file-system`, `data` as `listPictures`; as `streamTar`; `picture` where one cannot be decoded
 */
export async function* readStylePictures(path: string): AsyncGenerator<StylePicture, void, void> {
  const files = isFolder(path) ? readFolder(resolve(path)) : readArchive(path);
  for await (const { name, bytes } of files)
    yield {
      name,
      digest: sha256(bytes),
      picture: await decodePicture(bytes, join(path, name), { channels: 3 }),
    };
}

type File = { name: string; bytes: Uint8Array };

async function* readFolder(path: string): AsyncGenerator<File, void, void> {
  const [above, own] = [dirname(path), basename(path)];
  for (const { path: below } of listPictures(above, own, []))
    yield { name: below.slice(own.length + 1), bytes: readBounded(join(above, below), FILE_LIMIT) };
}

async function* readArchive(path: string): AsyncGenerator<File, void, void> {
  const isPicture = (name: string) => PICTURE_NAME.test(name);
  for await (const { name, pieces } of streamTar(path, { limitBytes: FILE_LIMIT, want: isPicture })) {
    const parts: Uint8Array[] = [];
    for await (const piece of pieces) parts.push(piece.slice());
    yield { name, bytes: Buffer.concat(parts) };
  }
}
