/**
 * The paper's experiments, `paper/DATA SET/ROW`: the rows of its tables 2, 3 and 6 that Patina has the parts for, made from
 * one table of settings. Source: method.md 1.1, the stored configurations. What is not said here is the recipe of the
 * paper's table 8, which all defaults follow. docs/reproduce.md names what is left out, and where it differs.
 */
import { join } from "node:path";
import type { ExperimentInput } from "../experiment.ts";

export const paperDataSets = ["cifar10", "cifar100", "tiny-imagenet"] as const;
export type PaperDataSet = (typeof paperDataSets)[number];

interface Settings {
  /** λ */
  readonly share: number;
  /** λ_o and λ_s */
  readonly probability: { readonly original: number; readonly synthetic: number };
  /** Of the synthetic pictures; originals have "and" on all data sets. */
  readonly combine: "and" | "or";
}

const settings: Record<PaperDataSet, Settings> = {
  cifar10: { share: 0.5, probability: { original: 0.1, synthetic: 0.5 }, combine: "or" },
  cifar100: { share: 0.5, probability: { original: 0.1, synthetic: 0.5 }, combine: "or" },
  "tiny-imagenet": { share: 0.6, probability: { original: 0.2, synthetic: 0.2 }, combine: "and" },
};

/** α_o and α_s */
const strength = { original: 1, synthetic: [0.1, 1] } satisfies Record<string, number | [number, number]>;

/** What a row has of the three parts of the method. */
export interface PaperRow {
  readonly name: string;
  readonly summary: string;
  /** SYN */
  readonly isMixed: boolean;
  /** NST */
  readonly isRestyled: boolean;
  /** TA */
  readonly isAugmented: boolean;
  /** Those that have this row. */
  readonly dataSets: readonly PaperDataSet[];
  /** 300 where not given. */
  readonly epochs?: number;
}

const plain = { isMixed: false, isRestyled: false, isAugmented: false, dataSets: paperDataSets };
const ours = { isMixed: true, isRestyled: true, isAugmented: true };

/** In the order of table 3; its ends, and the rows "ta" and "synthetic", are those of table 2 too. */
export const ablationRows = [
  { ...plain, name: "baseline", summary: "flips and crops only: tables 2 and 3" },
  { ...plain, name: "ta", summary: "TrivialAugment: tables 2 and 3", isAugmented: true },
  { ...plain, name: "nst", summary: "restyled originals: table 3", isRestyled: true },
  {
    ...plain,
    name: "nst-ta",
    summary: "restyled originals, TrivialAugment: table 3",
    isRestyled: true,
    isAugmented: true,
  },
  { ...plain, name: "synthetic", summary: "synthetic pictures: tables 2 and 3", isMixed: true },
  {
    ...plain,
    name: "synthetic-ta",
    summary: "synthetic pictures, TrivialAugment: table 3",
    isMixed: true,
    isAugmented: true,
  },
  {
    ...plain,
    name: "synthetic-nst",
    summary: "synthetic pictures, both restyled: table 3",
    isMixed: true,
    isRestyled: true,
  },
  { ...plain, ...ours, name: "ours", summary: "all three, the paper's method: tables 2 and 3" },
] as const satisfies readonly PaperRow[];

export type AblationName = (typeof ablationRows)[number]["name"];

export const paperRows: readonly PaperRow[] = [
  ...ablationRows,
  { ...ours, name: "ours-600", summary: "ours for 600 epochs: table 6", dataSets: ["tiny-imagenet"], epochs: 600 },
];

/** Where the paper's pool of a data set is looked for unless another is named. */
export function defaultPool(dataSet: PaperDataSet, dataFolder = "data"): string {
  return join(dataFolder, "synthetic", `${dataSet}.npz`);
}

/** A row of the paper on a data set. */
export function paperExperiment(dataSet: PaperDataSet, row: PaperRow, pool = defaultPool(dataSet)): ExperimentInput {
  const { share, probability, combine } = settings[dataSet];
  const augment = row.isAugmented ? (["trivial-augment"] as const) : [];
  const restyled = (origin: "original" | "synthetic") =>
    row.isRestyled ? { stylize: { probability: probability[origin], strength: strength[origin] } } : {};
  return {
    data: dataSet,
    model: { kind: "wide-resnet" },
    original: { augment: [...augment], ...restyled("original"), combine: "and" },
    ...(row.isMixed && {
      synthetic: { pool, share, augment: [...augment], ...restyled("synthetic"), combine },
    }),
    ...(row.epochs !== undefined && { train: { epochs: row.epochs } }),
  };
}
