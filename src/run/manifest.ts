/** What a run was made with: all that would have to be the same for the same bytes. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { libtorchInfo } from "../engine/device.ts";
import { processorName } from "../engine/machine.ts";
import { fusedVectors } from "../engine/ops/fused.ts";
import { PatinaError } from "../errors.ts";
import { readBounded } from "../files.ts";
import { version } from "../version.ts";

export const Manifest = z.strictObject({
  patina: z.string().describe("version"),
  node: z.string().describe("version"),
  libtorch: z.string().describe("version"),
  device: z.string(),
  processor: z.string().describe("its kind, and the loops that run on it; another one gives other last bits"),
  threads: z.int().describe("of libtorch on the CPU; another number gives other last bits"),
  seed: z.int(),
  dataFolder: z.string().describe("where data sets lay"),
  data: z
    .strictObject({ name: z.string(), train: z.string(), test: z.string() })
    .describe("digests of the pictures and labels"),
  split: z
    .strictObject({ train: z.int(), held: z.int(), digest: z.string() })
    .describe("pictures trained on and held out"),
  pool: z.strictObject({ count: z.int(), digest: z.string() }).optional().describe("the synthetic pictures"),
  stylizer: z
    .strictObject({ weights: z.string(), styles: z.string(), count: z.int() })
    .optional()
    .describe("sha256 of the stylizer and of its styles, and how many these are"),
  commit: z.string().optional().describe("git commit of the folder in which the run was started"),
});
export type Manifest = z.infer<typeof Manifest>;

/** Many times one of ours. */
const SIZE_LIMIT = 1 << 20;

/** The manifest of a run that starts here and now. */
export function makeManifest(
  parts: Pick<Manifest, "device" | "threads" | "seed" | "dataFolder" | "data" | "split" | "pool" | "stylizer">,
): Manifest {
  const commit = gitCommit();
  return {
    patina: version,
    node: process.versions.node,
    libtorch: libtorchInfo().version,
    processor: `${processorName()}, ${fusedVectors()}`,
    ...parts,
    ...(commit === undefined ? {} : { commit }),
  };
}

/** The manifest of a run. @throws PatinaError `run`. */
export function readManifest(path: string): Manifest {
  const file = join(path, "manifest.json");
  try {
    return Manifest.parse(JSON.parse(readBounded(file, SIZE_LIMIT).toString("utf8")));
  } catch (cause) {
    throw new PatinaError("run", `${file}: is not the manifest of a run. Name a folder made by patina train.`, {
      cause,
    });
  }
}

/** What differs between the making of a run and now, so that going on would not give the same bytes; one line each. */
export function manifestChanges(before: Manifest, now: Manifest): string[] {
  const keys = ["patina", "node", "libtorch", "device", "processor", "threads"] as const;
  return keys.flatMap((key) => (before[key] === now[key] ? [] : [`${key} was ${before[key]}, is ${now[key]}`]));
}

/** The commit of the folder that the user works in, if it is one of git's; with "+" where files differ from it. */
function gitCommit(): string | undefined {
  const git = (...words: string[]) =>
    execFileSync("git", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return git("rev-parse", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "+");
  } catch {
    return undefined; // not a repository, or git is not installed
  }
}
