/** The weights that Huang and Belongie published, in the form for PyTorch. We may not ship them: everyone gets their own. */
import { readWeights } from "../engine/weight-file.ts";
import { sha256File } from "../files.ts";
import { stream } from "../random/stream.ts";
import { Stylizer } from "./stylizer.ts";
import { saveStylizer } from "./stylizer-file.ts";

/** Convolutions of the encoder's file behind relu4_1: never used (method.md 4.1). */
const UNUSED = [32, 35, 38, 42, 45, 48, 51].flatMap((index) => [`${index}.weight`, `${index}.bias`]);

/** `vgg_normalised.pth` and `decoder.pth`. */
export interface PublishedFiles {
  readonly encoder: string;
  readonly decoder: string;
}

/**
 * Puts the published encoder and decoder into one file of ours, with the sha256 of both noted in it.
 * @returns these digests, to compare with others': no checksum was ever published
 * @throws PatinaError `weights` where names, shapes or dtypes are not theirs; as `readWeights`; `file-system`
 */
export async function importPublished(files: PublishedFiles, target: string): Promise<PublishedFiles> {
  const stylizer = new Stylizer(stream(0), { kind: "vgg-19" });
  try {
    const encoder = (await readWeights(files.encoder)).tensors;
    for (const name of UNUSED) encoder.delete(name);
    stylizer.encoder.loadStateDict(encoder, files.encoder);
    stylizer.decoder.loadStateDict((await readWeights(files.decoder)).tensors, files.decoder);
    const digests = { encoder: sha256File(files.encoder), decoder: sha256File(files.decoder) };
    const origin = `vgg_normalised.pth, sha256 ${digests.encoder}; decoder.pth, sha256 ${digests.decoder}`;
    saveStylizer(target, stylizer, origin);
    return digests;
  } finally {
    stylizer.dispose();
  }
}
