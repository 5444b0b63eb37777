/** Gamma and Dirichlet (and so beta). */
import { PatinaError } from "../errors.ts";
import type { Stream } from "./stream.ts";

/** Gamma of the given shape and scale 1; 0 where the value is below the smallest number. */
export function gamma(stream: Stream, shape: number): number {
  return Math.exp(logGamma(stream, shape));
}

/** Dirichlet: gammas divided by their sum, in logarithms, since for small alphas all gammas may be below 1e-308. */
export function dirichlet(stream: Stream, alphas: readonly number[]): Float64Array {
  const weights = Float64Array.from(alphas, (alpha) => logGamma(stream, alpha));
  const largest = weights.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = Math.exp(weights[i]! - largest);
    sum += weights[i]!;
  }
  return weights.map((weight) => weight / sum);
}

/**
 * The logarithm of a gamma. Marsaglia and Tsang: A simple method for generating gamma variables (2000); shapes below 1
 * by their remark: gamma(a) = gamma(a + 1) U^(1/a).
 */
function logGamma(stream: Stream, shape: number): number {
  if (!(shape > 0 && Number.isFinite(shape)))
    throw new PatinaError("argument", `stream.gamma: the shape is ${shape}. Give a finite number above 0.`);
  if (shape < 1) return logGamma(stream, shape + 1) + Math.log(1 - stream.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const logU = Math.log(1 - stream.uniform());
    if (logU < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
