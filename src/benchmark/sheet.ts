/** A contact sheet of corruptions, for the eye. */
import { type Severity, severities } from "../corrupt/define.ts";
import type { FrostTextures } from "../corrupt/frost/textures.ts";
import type { PictureSet } from "../data/picture-set.ts";
import { PatinaError } from "../errors.ts";
import { createPicture, type Picture } from "../pictures/picture.ts";
import { drawSheet } from "../pictures/sheet.ts";
import { openGenerated } from "./generated.ts";

export interface SheetChoice {
  readonly pictures: PictureSet;
  /** Names the streams: the pictures are those of the benchmark. */
  readonly dataSet: string;
  /** As for `openGenerated`. */
  readonly frost?: FrostTextures | undefined;
  /** Which picture of the set. */
  readonly index: number;
  readonly corruptions: readonly string[];
  readonly severities?: readonly Severity[] | undefined;
}

/** Small pictures are enlarged to about this side. */
const SIDE = 96;

/**
 * One picture through all of them: a corruption a row, a severity a column.
 * @throws PatinaError `unknown-name`; `argument` where there is no picture of that index; `picture` where it is too small
 */
export async function drawCorruptions(choice: SheetChoice): Promise<Picture> {
  const { pictures, dataSet, frost, index, corruptions } = choice;
  if (!(Number.isInteger(index) && index >= 0 && index < pictures.count))
    throw new PatinaError(
      "argument",
      `There is no picture ${index}: ${dataSet} has ${pictures.count}, counted from 0. Choose one from 0 to ${pictures.count - 1}.`,
    );
  const columns = choice.severities ?? severities;
  const source = openGenerated({ pictures, dataSet, frost, indices: Uint32Array.of(index) });
  try {
    const corrupted: Picture[] = [];
    for (const corruption of corruptions)
      for (const severity of columns)
        for await (const { bytes } of source.read(corruption, severity, 1))
          corrupted.push(createPicture(source.shape, bytes.slice()));
    const scale = Math.max(1, Math.floor(SIDE / Math.max(pictures.height, pictures.width)));
    return drawSheet(corrupted, { columns: columns.length, scale });
  } finally {
    await source.close();
  }
}
