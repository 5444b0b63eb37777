/** evaluation.json: what a model is worth, as plain data. Written by a sweep, read by reports. docs/evaluation.md. */
import { z } from "zod";
import { severities } from "../corrupt/define.ts";

const Share = z.number().min(0).max(1);
const Range = z.tuple([z.number(), z.number()]);

/** A share with the interval in which 95 of 100 such would hold the true one. */
const Estimate = z.strictObject({ value: z.number(), range: Range });

export const CellResult = z.strictObject({
  corruption: z.string(),
  severity: z.literal(severities),
  count: z.int().min(1).describe("pictures"),
  correct: z.int().min(0),
  accuracy: Share,
  range: Range.describe("Wilson, 95 %"),
  calibrationError: Share.describe("15 bins, L1"),
  digest: z.string().describe("sha256 of the corrupted pictures and their labels"),
});
export type CellResult = z.infer<typeof CellResult>;

export const CorruptionResult = z.strictObject({
  corruption: z.string(),
  accuracy: Estimate.describe("mean of the severities; the interval by bootstrap over pictures"),
  calibrationError: Share.describe("15 bins, L1, over all severities together"),
  error: z.number().nullable().optional().describe("corruption error in percent of the reference's; null: undefined"),
  relativeError: z.number().nullable().optional().describe("relative corruption error, in percent; null: undefined"),
});
export type CorruptionResult = z.infer<typeof CorruptionResult>;

const SuiteName = z.enum(["c", "c15", "c-bar", "without-pixel-noise"]);

export const SuiteResult = z.strictObject({
  suite: SuiteName,
  corruptions: z.array(z.string()),
  accuracy: Estimate.describe("robust accuracy: mean of its corruptions; the interval by bootstrap over pictures"),
  calibrationError: Share.describe("mean of its corruptions"),
  meanCorruptionError: z.number().nullable().optional().describe("mCE, in percent of the reference; null: undefined"),
  relativeMeanCorruptionError: z.number().nullable().optional(),
});
export type SuiteResult = z.infer<typeof SuiteResult>;

/** 15 bins of confidence, and one of its own for exactly 1. */
export const ReliabilityBin = z.strictObject({
  count: z.int().min(0),
  confidence: Share.describe("mean"),
  accuracy: Share.describe("mean"),
});
export type ReliabilityBin = z.infer<typeof ReliabilityBin>;

/** Where and by what a model's scores were computed. */
export const Computed = z.strictObject({ device: z.string(), precision: z.string(), program: z.string() });
export type Computed = z.infer<typeof Computed>;

/** Results on pictures of one origin; never mixed with another's. */
export const Column = z.strictObject({
  origin: z.string().describe('"official" or "generated@<suite version>"'),
  notes: z.array(z.string()),
  computed: z
    .array(Computed)
    .optional()
    .describe("what computed the cells, as far as it is known; several where they were measured at several times"),
  cells: z.array(CellResult),
  corruptions: z.array(CorruptionResult).describe("those whose five severities were all measured"),
  suites: z.array(SuiteResult).describe("those whose corruptions were all measured"),
  reliability: z.array(ReliabilityBin).describe("all cells together"),
});
export type Column = z.infer<typeof Column>;

/** Pictures that only one of two models gets right, and McNemar's exact two-sided p of so uneven a division. */
const Disagreement = z.strictObject({
  onlyThis: z.int().min(0),
  onlyOther: z.int().min(0),
  p: Share,
});

/** Two models on the same corrupted pictures. */
export const Comparison = z.strictObject({
  against: z.strictObject({ name: z.string(), path: z.string(), digest: z.string(), cleanAccuracy: Share }),
  origin: z.string().describe("that of the corrupted pictures"),
  clean: Disagreement,
  cells: z
    .array(
      Disagreement.extend({
        corruption: z.string(),
        severity: z.literal(severities),
        adjusted: Share.describe("p by Holm, for all cells together"),
      }),
    )
    .describe("those that were measured with both"),
  suites: z
    .array(
      z.strictObject({
        suite: SuiteName,
        difference: Estimate.describe("robust accuracy less the other's; the interval by bootstrap over pictures"),
        p: Share.describe("two-sided, by bootstrap"),
      }),
    )
    .describe("those whose cells were all measured with both"),
});
export type Comparison = z.infer<typeof Comparison>;

export const Evaluation = z.strictObject({
  format: z.literal(1),
  patina: z.string().describe("version"),
  model: z.strictObject({
    kind: z.enum(["run", "checkpoint", "onnx"]),
    path: z.string(),
    name: z.string(),
    digest: z.string().describe("sha256 of the weights' file"),
    preparation: z
      .string()
      .optional()
      .describe(
        "for an ONNX file, as JSON: range, mean, deviation of pictures; output: probabilities where it gives such",
      ),
    classes: z.array(z.string()),
  }),
  data: z.strictObject({
    name: z.string(),
    part: z.string().describe('"test", or "held" for the held-out part of the training pictures'),
    digest: z.string().describe("sha256 of the clean pictures measured, and their labels"),
    count: z.int().describe("pictures measured"),
    total: z.int().describe("pictures there are; more than count where a subset was asked for"),
    shape: z.tuple([z.int(), z.int(), z.int()]).describe("height, width, channels"),
    fitting: z.string().optional().describe("how pictures of a folder came to that shape, in words"),
  }),
  computed: Computed.extend({
    edges: z
      .enum(["library", "textbook"])
      .optional()
      .describe("where confidences on an edge of calibration's bins belong, everywhere; library where not given"),
  }).describe("what computed the scores of clean pictures"),
  clean: z.strictObject({
    correct: z.int(),
    accuracy: Share,
    range: Range.describe("Wilson, 95 %"),
    calibrationError: Share,
    reliability: z.array(ReliabilityBin),
  }),
  reference: z
    .strictObject({ name: z.string(), digest: z.string(), cleanAccuracy: Share })
    .optional()
    .describe("the model that corruption errors are relative to"),
  columns: z.array(Column),
  comparison: Comparison.optional().describe("with another model, where one was named"),
});
export type Evaluation = z.infer<typeof Evaluation>;
