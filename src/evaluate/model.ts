/** A model that is measured, whatever computes it. */
import type { PictureShape } from "../pictures/picture.ts";
import type { Computed, Evaluation } from "./evaluation.ts";

export interface MeasuredModel {
  readonly kind: Evaluation["model"]["kind"];
  readonly path: string;
  readonly name: string;
  /** sha256 of the file of its weights. */
  readonly digest: string;
  /** How pictures are prepared, where the file does not settle it: results of another preparation are another model's. */
  readonly preparation: string;
  /** Names in the order of the scores; undefined where the file does not hold them. */
  readonly classes: readonly string[] | undefined;
  /** Scores a picture. */
  readonly classCount: number;
  readonly shape: PictureShape;
  readonly computed: Computed;
  /** What `scores` gives: numbers before softmax, or probabilities, after it. */
  readonly gives: "scores" | "probabilities";
  /** [count,H,W,C] bytes to one number a class: [count,K]. */
  scores(bytes: Uint8Array, count: number): Promise<Float32Array>;
  close(): Promise<void>;
}
