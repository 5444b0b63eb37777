/** Contact sheets: many pictures on one, for the eye. */
import { PatinaError } from "../errors.ts";
import { createPicture, type Picture, toColour } from "./picture.ts";

export interface SheetOptions {
  /** Pictures in a row. */
  readonly columns: number;
  /** Each pixel becomes this many squared. Default 1. */
  readonly scale?: number;
  /** Pixels between pictures and around them. Default 2. */
  readonly gap?: number;
}

/** White: pictures of night and pictures of snow both end somewhere on it, but augmented ones often have black edges. */
const BACKGROUND = 255;

/** A sheet of pictures in reading order, in colour; each in a cell of the size of the largest, at its upper left. */
export function drawSheet(pictures: readonly Picture[], options: SheetOptions): Picture {
  const { columns, scale = 1, gap = 2 } = options;
  if (pictures.length === 0 || !(Number.isInteger(columns) && columns > 0 && Number.isInteger(scale) && scale > 0))
    throw new PatinaError(
      "picture",
      `drawSheet: ${pictures.length} pictures in ${columns} columns at scale ${scale}. Give pictures, and whole numbers above 0.`,
    );
  const cellHeight = scale * Math.max(...pictures.map((picture) => picture.height)) + gap;
  const cellWidth = scale * Math.max(...pictures.map((picture) => picture.width)) + gap;
  const rows = Math.ceil(pictures.length / columns);
  const sheet = createPicture({ height: rows * cellHeight + gap, width: columns * cellWidth + gap, channels: 3 });
  sheet.bytes.fill(BACKGROUND);
  for (const [place, picture] of pictures.entries()) {
    const top = gap + Math.floor(place / columns) * cellHeight;
    const left = gap + (place % columns) * cellWidth;
    paste(sheet, toColour(picture), top, left, scale);
  }
  return sheet;
}

function paste(sheet: Picture, picture: Picture, top: number, left: number, scale: number): void {
  for (let row = 0; row < picture.height * scale; row++)
    for (let column = 0; column < picture.width * scale; column++) {
      const from = (Math.floor(row / scale) * picture.width + Math.floor(column / scale)) * 3;
      sheet.bytes.set(picture.bytes.subarray(from, from + 3), ((top + row) * sheet.width + left + column) * 3);
    }
}
