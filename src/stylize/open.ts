/** From the options of an experiment or a command to what restyles. */
import { join } from "node:path";
import { packageFolder } from "../engine/build.ts";
import { about } from "../errors.ts";
import { sha256File } from "../files.ts";
import { loadStyleBank, type StyleBank } from "./bank.ts";
import type { RestyleOptions } from "./options.ts";
import { Restyler } from "./restyle.ts";
import type { Stylizer } from "./stylizer.ts";
import { loadStylizer } from "./stylizer-file.ts";

/** The stylizer that comes with Patina, and its styles (assets/stylizer/CARD.md). */
export const ownStylizer = {
  weights: join(packageFolder, "assets", "stylizer", "stylizer.safetensors"),
  styles: join(packageFolder, "assets", "stylizer", "styles.safetensors"),
} as const;

export interface StylizerFiles {
  /** A file of a stylizer, or "own". */
  readonly weights: string;
  /** A file of a style bank, or "own". */
  readonly styles: string;
}

export interface OpenRestyler {
  readonly restyler: Restyler;
  readonly bank: StyleBank;
  /** sha256 of the two files. */
  readonly digests: { readonly weights: string; readonly styles: string };
  /** Frees networks and bank. */
  dispose(): void;
}

/** The stylizer of a file, or "own". The caller disposes of it. @throws PatinaError as `loadStylizer` */
export function openStylizer(weights: string): Stylizer {
  return loadStylizer(weights === "own" ? ownStylizer.weights : weights).stylizer;
}

/** @throws PatinaError `file-missing`, `file-damaged`, ... as `loadStylizer` and `loadStyleBank`; `weights` where they do not go together */
export function openRestyler(files: StylizerFiles, options: RestyleOptions, device: string): OpenRestyler {
  const path = (key: keyof StylizerFiles) => (files[key] === "own" ? ownStylizer[key] : files[key]);
  const bank = loadStyleBank(path("styles"));
  const stylizer = openStylizer(files.weights);
  try {
    stylizer.moveTo(device);
    stylizer.setComputeDtype(options.precision);
    const digests = { weights: sha256File(path("weights")), styles: sha256File(path("styles")) };
    const restyler = about(path("styles"), () => new Restyler(stylizer, bank, options));
    return {
      restyler,
      bank,
      digests,
      dispose() {
        restyler.dispose();
        stylizer.dispose();
      },
    };
  } catch (error) {
    stylizer.dispose();
    throw error;
  }
}
