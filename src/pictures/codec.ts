/** Pictures from and to files' bytes. The one file here that needs Node: sharp is libvips, native code. */
import sharp from "sharp";
import { PatinaError } from "../errors.ts";
import { createPicture, type Picture, toGrey } from "./picture.ts";

// Callers decode in as many workers as they want; a cache would hold pictures that are read once.
sharp.concurrency(1);
sharp.cache(false);
/** Names the libraries that decode: another version may give other bytes, of JPEG above all. */
export const decoderVersion: string = JSON.stringify(sharp.versions);

/**
 * How the formats of photographs start. Others never reach libvips: SVG is a program of a kind, and has no place among
 * training pictures. libvips could block them itself, but for the whole process at once: while a second thread sets
 * that up, the first one's pictures would be refused.
 */
const STARTS = ["\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "GIF87a", "GIF89a", "II*\0", "MM\0*", "II+\0", "MM\0+"];
const isPhotograph = (start: string): boolean =>
  STARTS.some((known) => start.startsWith(known)) || (start.startsWith("RIFF") && start.endsWith("WEBP"));

/** 100 megapixels, 300 MB decoded: what a file of a few KB may claim, and a camera does not make. */
const PIXEL_LIMIT = 100_000_000;

export interface DecodeOptions {
  /** 1 or 3 converts to grey or colour; "as stored" keeps grey pictures grey. Default: "as stored". */
  readonly channels?: 1 | 3 | "as stored";
}

/**
 * Decodes JPEG, PNG, WebP, GIF (its first picture) or TIFF as Pillow does: alpha dropped, colour profiles and the
 * camera's orientation not applied. `name` is for the message. Throws `picture` where the bytes are none of these,
 * damaged, cut off, or of more than 100 megapixels.
 */
export async function decodePicture(bytes: Uint8Array, name: string, options: DecodeOptions = {}): Promise<Picture> {
  const { channels = "as stored" } = options;
  try {
    const start = String.fromCharCode(...bytes.subarray(0, 12));
    if (!isPhotograph(start)) throw new Error("it starts like none of these formats");
    const image = sharp(bytes, { failOn: "warning", limitInputPixels: PIXEL_LIMIT, ignoreIcc: true });
    const isGrey = channels !== 3 && ["b-w", "grey16"].includes((await image.metadata()).space);
    const { data, info } = await image
      .removeAlpha()
      .toColourspace(isGrey ? "b-w" : "srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const shape = { height: info.height, width: info.width, channels: isGrey ? 1 : 3 } as const;
    const picture = createPicture(shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return channels === 1 && !isGrey ? toGrey(picture) : picture;
  } catch (cause) {
    const reason = cause instanceof Error ? decoderReason(cause) : String(cause);
    throw new PatinaError(
      "picture",
      `${name}: is no picture that can be decoded (${reason}). Replace it by a whole JPEG, PNG, WebP, GIF or TIFF, or remove it.`,
      { cause },
    );
  }
}

/** What the decoder said of the file, rather than what we told it to do about that. */
export function decoderReason({ message }: Error): string {
  const lines = message.trim().split("\n");
  return lines.find((line) => !line.startsWith("Warning treated as error")) ?? lines[0]!;
}

/** A PNG file of the picture: no byte is lost. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  return raw(picture).png().toBuffer();
}

/** A JPEG file; quality 1 to 100, colour at half resolution, as Pillow writes by default. */
export async function encodeJpeg(picture: Picture, options: { readonly quality?: number } = {}): Promise<Uint8Array> {
  const { quality = 75 } = options;
  if (!(Number.isInteger(quality) && quality >= 1 && quality <= 100))
    throw new PatinaError("argument", `encodeJpeg: the quality is ${quality}. Give a whole number from 1 to 100.`);
  return raw(picture).jpeg({ quality, chromaSubsampling: "4:2:0" }).toBuffer();
}

function raw({ bytes, height, width, channels }: Picture) {
  return sharp(bytes, { raw: { height, width, channels } }).toColourspace(channels === 1 ? "b-w" : "srgb");
}
