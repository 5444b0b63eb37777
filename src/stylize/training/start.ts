/** Weights from which the networks learn to rebuild pictures within few steps. */
import { viewOf } from "../../formats/array.ts";
import type { Module } from "../../nn/module.ts";

/** Of a 3x3 kernel, what its border begins with, beside the middle: each pixel first finds its way by itself. */
const BORDER = 0.05;
/** Where in a kernel the middle stands. */
const [KERNEL, MIDDLE] = [9, 4];

/** Brings all 3x3 kernels to the variance of He's, most of it in their middles. */
export function startNearPixels(module: Module): void {
  const state = module.stateDict();
  const middle = Math.sqrt((6 * KERNEL) / ((KERNEL - 1) * BORDER ** 2 + 1)); // √6: from PyTorch's default to He's
  for (const plain of state.values()) {
    const [, , height, width] = plain.shape;
    if (height !== 3 || width !== 3) continue;
    const weight = viewOf(plain) as Float32Array;
    for (let at = 0; at < weight.length; at++) weight[at]! *= at % KERNEL === MIDDLE ? middle : middle * BORDER;
  }
  module.loadStateDict(state);
}

/** Makes a decoder begin with grey pictures, with a little of everything in them. */
export function startGrey(decoder: Module): void {
  const state = decoder.stateDict();
  const [weight, bias] = [...state.values()].slice(-2).map((plain) => viewOf(plain) as Float32Array);
  for (let at = 0; at < weight!.length; at++) weight![at]! *= 0.1;
  for (const plain of state.values()) if (plain.shape.length === 1) (viewOf(plain) as Float32Array).fill(0);
  bias!.fill(0.45);
  decoder.loadStateDict(state);
}
