/** Pictures as part of the page: small, and as they are where they are small enough. */
import { encodeJpeg, encodePng } from "../pictures/codec.ts";
import { type Picture, toColour } from "../pictures/picture.ts";
import { resizeBilinear } from "../pictures/resize.ts";
import { drawSheet } from "../pictures/sheet.ts";

/** Larger ones are shrunk to this side, in pixels. */
const LARGEST_SIDE = 96;
/** Noise does not shrink as PNG: above this side the sheets of a report would take megabytes. */
const LARGEST_EXACT_SIDE = 40;

/** Many pictures on one, and where each is. */
export interface Sheet {
  readonly uri: string;
  /** Side of a picture, in pixels of the sheet. */
  readonly side: number;
  readonly gap: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * A picture as a data URI.
 * @param form "exact" loses nothing of pictures that are not shrunk
 */
export async function thumbnail(picture: Picture, form: "small" | "exact" = "small"): Promise<string> {
  return encode(shrunk(picture), form === "exact" ? 0 : picture.height);
}

/** The side, in pixels of the page, at which a thumbnail stands enlarged by a whole number, as near to the wanted one as it can. */
export function enlargedSide(height: number, wanted: number): number {
  const side = Math.min(height, LARGEST_SIDE);
  return side * Math.max(1, Math.round(wanted / side));
}

/** Pictures in reading order on one sheet. */
export async function sheetOf(pictures: readonly Picture[], columns: number): Promise<Sheet> {
  const small = pictures.map(shrunk);
  const gap = 2;
  const sheet = drawSheet(small, { columns, gap });
  return {
    uri: await encode(sheet, small[0]!.height),
    side: small[0]!.height,
    gap,
    columns,
    rows: Math.ceil(pictures.length / columns),
  };
}

/** How many pictures fit beside each other on the sheets, so that those of 34 corruptions stay below 3 MB. */
export function sheetColumns(side: number): number {
  if (side <= LARGEST_EXACT_SIDE) return 4;
  return side <= 64 ? 3 : 2;
}

function shrunk(picture: Picture): Picture {
  if (picture.height <= LARGEST_SIDE) return picture;
  return resizeBilinear(picture, { height: LARGEST_SIDE, width: LARGEST_SIDE });
}

async function encode(picture: Picture, side: number): Promise<string> {
  const isExact = side <= LARGEST_EXACT_SIDE;
  const bytes = isExact ? await encodePng(picture) : await encodeJpeg(toColour(picture), { quality: 88 });
  return `data:image/${isExact ? "png" : "jpeg"};base64,${Buffer.from(bytes).toString("base64")}`;
}
