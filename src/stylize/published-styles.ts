/**
 * The paper's style bank, `style_feats_adain_1000.npy` (Zenodo 16279015): whole feature maps of VGG-19, [S,512,h,w]
 * float32, 1.6 GB. Only means and deviations are ever used (method.md 4.5): it is read a style at a time.
 */
import { closeSync } from "node:fs";
import { type DataSettings, startPace } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import { fileSize, openToRead, readWhole, sha256 } from "../files.ts";
import { checkNpySize, readNpyFileHeader } from "../formats/npy.ts";
import type { StyleBank } from "./bank.ts";
import type { Stylizer } from "./stylizer.ts";

/** Features of one style take at most this: 512 channels at 1024 pixels. */
const STYLE_LIMIT = 512 * 128 * 128 * 4;

/**
 * @param stylizer the one that the features were made with: the published VGG-19
 * @throws PatinaError `file-foreign`, `file-damaged`, `file-hostile`; `weights` where the features are not this stylizer's;
 * `interrupted`
 */
export async function importPublishedStyles(
  path: string,
  stylizer: Stylizer,
  settings: DataSettings = {},
): Promise<StyleBank> {
  const header = readNpyFileHeader(path);
  checkNpySize(header, fileSize(path), path);
  const [count = 0, channels = 0, height = 0, width = 0] = header.shape;
  const order = header.fortran ? ", column by column" : header.bigEndian ? ", big-endian" : "";
  const shape = `${header.dtype}[${header.shape}]${order}`;
  const styleBytes = channels * height * width * 4;
  const isPlain = header.dtype === "float32" && header.shape.length === 4 && order === "";
  if (!isPlain || channels !== stylizer.channels || height * width < 2 || count === 0 || styleBytes > STYLE_LIMIT)
    throw new PatinaError(
      "weights",
      `${path}: holds ${shape}, where features of this stylizer are float32[styles,${stylizer.channels},height,width]. Take style_feats_adain_1000.npy and the imported VGG-19.`,
    );
  const mean = new Float32Array(count * channels);
  const deviation = new Float32Array(count * channels);
  const pictures: { name: string; digest: string }[] = [];
  const pace = startPace({ what: `measuring ${path}`, total: count, unit: "pictures" }, settings);
  const file = openToRead(path);
  try {
    const bytes = new Uint8Array(styleBytes);
    for (let style = 0; style < count; style++) {
      readWhole(file, bytes, header.dataOffset + style * styleBytes, path);
      const features = new Float32Array(bytes.buffer);
      for (let channel = 0; channel < channels; channel++) {
        const map = features.subarray(channel * height * width, (channel + 1) * height * width);
        const { average, variance } = statisticsOf(map);
        if (!Number.isFinite(average + variance))
          throw new PatinaError(
            "file-damaged",
            `${path}: style ${style} has numbers that are not finite. Download it again.`,
          );
        mean[style * channels + channel] = average;
        deviation[style * channels + channel] = Math.sqrt(variance);
      }
      pictures.push({ name: `style ${style}`, digest: sha256(bytes) });
      await pace(style + 1);
    }
  } finally {
    closeSync(file);
  }
  return {
    mean,
    deviation,
    channels,
    pictures,
    size: height * stylizer.stride,
    crop: "unknown", // method.md 4.5
    encoder: stylizer.encoderDigest(),
    source: path,
  };
}

/** Mean and unbiased variance. */
function statisticsOf(values: Float32Array): { average: number; variance: number } {
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
  return { average, variance: squares / (values.length - 1) };
}
