/** What both parts of training a stylizer share in each step. */
import { clipFactor, gradientNorm } from "../../nn/clipping.ts";
import type { Module } from "../../nn/module.ts";
import type { Optimizer } from "../../nn/optimizer.ts";

/** Longest that all gradients together may be: the first ones are a hundred times the later ones, and kill ReLUs. */
const CLIP_NORM = 1;

/** Share of the steps in which the learning rate rises, and the most of them. */
const WARM_SHARE = 0.1;
const WARM_MOST = 300;

/** Changes the weights of the modules by the gradients that are there. */
export function takeStep(optimizer: Optimizer, modules: readonly Module[], learningRate: number): void {
  const length = gradientNorm(modules.flatMap((module) => [...module.namedParameters().values()]));
  optimizer.step({ learningRate, gradientFactor: clipFactor(length, CLIP_NORM) });
}

/** The learning rate of a step, from 0: a short rise, times one cosine over all steps. */
export function rateAt(rate: number, step: number, steps: number): number {
  const warm = Math.max(1, Math.min(WARM_MOST, WARM_SHARE * steps));
  return rate * Math.min(1, (step + 1) / warm) * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}
