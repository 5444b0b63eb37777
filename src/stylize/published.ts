/** The weights that Huang and Belongie published, in the form for PyTorch. We may not ship them: everyone gets their own. */
import { readWeights } from "../engine/weight-file.ts";
import { checkNewFile, sha256File } from "../files.ts";
import { stream } from "../random/stream.ts";
import { type SelfTest, testStylizer } from "./self-test.ts";
import { Stylizer } from "./stylizer.ts";
import { saveStylizer } from "./stylizer-file.ts";

/** Convolutions of the encoder's file behind relu4_1: never used (method.md 4.1). */
const UNUSED = [32, 35, 38, 42, 45, 48, 51].flatMap((index) => [`${index}.weight`, `${index}.bias`]);

/** `vgg_normalised.pth` and `decoder.pth`. */
export interface PublishedFiles {
  readonly encoder: string;
  readonly decoder: string;
}

export interface PublishedImport {
  /** sha256 of the two files, to compare with others': no checksum was ever published. */
  readonly digests: PublishedFiles;
  readonly test: SelfTest;
}

const REMEDY = "Name vgg_normalised.pth first, then decoder.pth, both as published for PyTorch.";

/** Side at which the published ones were made to work. */
const TEST_SIZE = 224;

/**
 * Puts the published encoder and decoder into one file of ours, with the sha256 of both noted in it.
 * @param check what becomes of a test picture; given for tests with made-up weights
 * @throws PatinaError `weights` where names, shapes or dtypes are not theirs, or a test picture does not come back; as
 * `readWeights`; `file-exists`, `file-system`
 */
export async function importPublished(
  files: PublishedFiles,
  target: string,
  check: typeof testStylizer = testStylizer,
): Promise<PublishedImport> {
  checkNewFile(target);
  const stylizer = new Stylizer(stream(0), { kind: "vgg-19" });
  try {
    const encoder = (await readWeights(files.encoder)).tensors;
    for (const name of UNUSED) encoder.delete(name);
    stylizer.encoder.loadStateDict(encoder, files.encoder, REMEDY);
    stylizer.decoder.loadStateDict((await readWeights(files.decoder)).tensors, files.decoder, REMEDY);
    const digests = { encoder: sha256File(files.encoder), decoder: sha256File(files.decoder) };
    const origin = `vgg_normalised.pth, sha256 ${digests.encoder}; decoder.pth, sha256 ${digests.decoder}`;
    const test = check(stylizer, TEST_SIZE, `${files.encoder} and ${files.decoder}`);
    saveStylizer(target, stylizer, origin);
    return { digests, test };
  } finally {
    stylizer.dispose();
  }
}
