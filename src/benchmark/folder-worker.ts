/** A thread that decodes pictures of a published benchmark. */
import { workerData } from "node:worker_threads";
import { FILE_LIMIT } from "../data/decoder.ts";
import { shapeText } from "../data/picture-set.ts";
import { PatinaError } from "../errors.ts";
import { readBounded } from "../files.ts";
import { decodePicture } from "../pictures/codec.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import { answerTasks } from "./answer-tasks.ts";

/** What a thread is started with. */
export interface FolderSetup {
  readonly shape: PictureShape;
}

export interface FolderTask {
  readonly paths: readonly string[];
}

const { shape }: FolderSetup = workerData;
const pictureBytes = byteCount(shape);

answerTasks(async ({ paths }: FolderTask) => {
  const decoded = new Uint8Array(paths.length * pictureBytes);
  await Promise.all(
    paths.map(async (path, place) => {
      // Some pictures of Tiny-ImageNet-C are stored grey.
      const picture = await decodePicture(readBounded(path, FILE_LIMIT), path, { channels: shape.channels });
      if (shapeText(picture) !== shapeText(shape))
        throw new PatinaError(
          "picture",
          `${path}: is ${shapeText(picture)}, where ${shapeText(shape)} is expected (height x width x channels). Name the pictures of the right size.`,
        );
      decoded.set(picture.bytes, place * pictureBytes);
    }),
  );
  return decoded;
});
