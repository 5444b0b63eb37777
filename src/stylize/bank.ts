/** The style bank: of each style picture only the mean and deviation of each channel of its features (method.md 4.5). */
import { z } from "zod";
import { writeWeights } from "../engine/weight-file.ts";
import { readBounded } from "../files.ts";
import { type PlainArray, viewOf } from "../formats/array.ts";
import { jsonText, parseMetadata } from "../formats/metadata.ts";
import { checkFinite, damaged } from "../formats/refusal.ts";
import { readSafetensors } from "../formats/safetensors.ts";

export interface StyleBank {
  /** Mean of each style's channels, [S,C] row-major. */
  readonly mean: Float32Array;
  /** Root of the unbiased variance, [S,C]; AdaIN adds its epsilon at use. */
  readonly deviation: Float32Array;
  /** C. */
  readonly channels: number;
  /** The style pictures, in order: their names, and the sha256 of each one's file. */
  readonly pictures: readonly { readonly name: string; readonly digest: string }[];
  /** Side of the pictures when they were measured, in pixels, and how they became square: not known of the paper's. */
  readonly size: number;
  readonly crop: "centre" | "squeeze" | "unknown";
  /** `encoderDigest` of the stylizer that measured them. */
  readonly encoder: string;
  /** Where the pictures come from, for people. */
  readonly source: string;
}

/** 100,000 styles of 512 channels take 410 MB, and some 15 MB of names. */
const LIMIT_BYTES = 2 ** 29;

const Digest = z.string().regex(/^[0-9a-f]{64}$/, "must be a sha256");

const Metadata = z.strictObject({
  pictures: jsonText(z.array(z.tuple([z.string(), Digest])).min(1)).describe("name and sha256 of each style picture"),
  size: jsonText(z.int().min(1)).describe("side of the pictures in pixels"),
  crop: z.enum(["centre", "squeeze", "unknown"]).describe("how they became square"),
  encoder: Digest.describe("of the encoder's weights"),
  source: z.string().describe("where the pictures come from"),
});

/** Writes the bank as safetensors, whole or not at all. @throws PatinaError `file-system`, `file-missing`. */
export function saveStyleBank(path: string, bank: StyleBank): void {
  const { mean, deviation, channels, pictures, size, crop, encoder, source } = bank;
  const plain = (numbers: Float32Array): PlainArray => ({
    dtype: "float32",
    shape: [pictures.length, channels],
    bytes: new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
  });
  const metadata: z.input<typeof Metadata> = {
    pictures: JSON.stringify(pictures.map(({ name, digest }) => [name, digest])),
    size: String(size),
    crop,
    encoder,
    source,
  };
  writeWeights(
    path,
    new Map([
      ["mean", plain(mean)],
      ["deviation", plain(deviation)],
    ]),
    metadata,
  );
}

/** @throws PatinaError `file-missing`, `file-foreign`, `file-hostile`; `file-damaged` where its parts do not fit, or hold no numbers. */
export function loadStyleBank(path: string): StyleBank {
  const { tensors, metadata } = readSafetensors(readBounded(path, LIMIT_BYTES), path);
  const { pictures, ...others } = parseMetadata(Metadata, metadata, {
    path,
    kind: "a style bank",
    remedy: "Use a file that Patina wrote.",
  });
  const channels = tensors.get("mean")?.shape[1] ?? 0;
  const take = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    const [wanted, found] = [`float32[${pictures.length},${channels}]`, tensor && `${tensor.dtype}[${tensor.shape}]`];
    if (tensor === undefined || found !== wanted || channels === 0)
      throw damaged(path, `its "${name}" is ${found ?? "missing"}, not ${wanted} for ${pictures.length} styles`);
    const numbers = viewOf(tensor) as Float32Array;
    checkFinite(numbers, path, name);
    return numbers;
  };
  return {
    mean: take("mean"),
    deviation: take("deviation"),
    channels,
    pictures: pictures.map(([name, digest]) => ({ name, digest })),
    ...others,
  };
}
