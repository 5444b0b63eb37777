/** Decodes pictures that lie in files, all into one file, and says which cannot be used. */
import { PatinaError } from "../errors.ts";
import { readBounded } from "../files.ts";
import type { PictureShape } from "../pictures/picture.ts";
import { type DecodeResult, type DecoderTask, decodeAll, FILE_LIMIT, readRange } from "./decoder.ts";
import type { PictureForm } from "./fit-picture.ts";
import { checkSquare } from "./picture-set.ts";
import type { DataSettings } from "./progress.ts";

/** Pictures to decode, by name the data set or pool that they make. */
export interface PictureFiles extends Pick<DecoderTask, "paths" | "within" | "digests"> {
  readonly name: string;
  readonly form: PictureForm;
}

/**
 * The shape that all pictures will have: as the options say, else that of the first picture.
 * @throws PatinaError `data` where it is no square; `file-missing`, `file-system`
 */
export async function shapeOfFiles({ name, paths, within, form }: PictureFiles): Promise<PictureShape> {
  const { size, channels } = form;
  if (size !== undefined) return { height: size, width: size, channels };
  const { decodePicture } = await import("../pictures/codec.ts"); // native code, needed here only
  for (const [index, path] of paths.entries()) {
    try {
      const bytes = within === undefined ? readBounded(path, FILE_LIMIT) : readRange(within, index);
      const picture = await decodePicture(bytes, path, { channels });
      checkSquare(name, picture);
      return picture;
    } catch (error) {
      // One that cannot be decoded is named later, together with the others.
      if (!(error instanceof PatinaError) || error.code !== "picture") throw error;
    }
  }
  return { height: 1, width: 1, channels };
}

/**
 * Writes all of them into a file.
 * @throws PatinaError `picture`, naming those that cannot be used (the first 20, and how many); `interrupted`, `file-system`
 */
export async function decodeFiles(
  files: PictureFiles,
  target: DecoderTask["target"],
  settings: DataSettings,
): Promise<void> {
  const { name, ...task } = files;
  const result = await decodeAll({ what: `decoding ${name}`, ...task, target }, settings);
  if (result.problemCount > 0) throw new PatinaError("picture", describeProblems(files, result));
}

function describeProblems({ name, paths }: PictureFiles, { problems, problemCount }: DecodeResult): string {
  const lines = problems.map(({ index, reason }) => `  ${paths[index]}: ${reason}`);
  if (problemCount > problems.length)
    lines.push(`  ... and ${(problemCount - problems.length).toLocaleString("en")} more`);
  const hint = problems.some(({ reason }) => reason.includes("is expected"))
    ? 'Give a size ("size", or --size) to make all pictures of one size, or mend these files.'
    : "Replace these files by whole pictures, or remove them.";
  return `${name}: ${problemCount.toLocaleString("en")} of ${paths.length.toLocaleString("en")} pictures cannot be used:\n${lines.join("\n")}\n${hint}`;
}
