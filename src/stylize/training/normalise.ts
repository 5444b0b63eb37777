/**
 * Rescales an encoder so that every channel of every ReLU has the root mean square 1 over given images: otherwise losses
 * and AdaIN's epsilon would depend on how the network came to its scale. What the network computes stays, but for these
 * scales, since ReLU and largest values commute with positive factors. The published encoder has the mean 1 (Gatys and
 * others 2016), but channels of a small one that are seldom above 0 would then outweigh all others in the losses: after
 * 1,500 steps of the decoder of a network that pooled, pictures of Tiny ImageNet were rebuilt worse by 4.7 dB (one seed).
 */
import { inference } from "../../engine/autograd.ts";
import { mul } from "../../engine/ops/arithmetic.ts";
import { mean } from "../../engine/ops/reduce.ts";
import { scope } from "../../engine/scope.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { viewOf } from "../../formats/array.ts";
import { Activation } from "../../nn/activation.ts";
import type { Module } from "../../nn/module.ts";
import type { Encoder } from "../networks.ts";
import { convolutionsOf, encoderState } from "./classifier.ts";

/** A channel below this size is all but dead: it keeps its scale rather than become noise. */
const LEAST_SIZE = 1e-4;

/**
 * @param batches images [N,3,H,W] in [0,1]; each is made when it is asked for
 * @returns what the features are divided by now, [C]
 */
export function normaliseEncoder(encoder: Encoder, batches: Iterable<Tensor>): Float64Array {
  const sizes = channelSizes(encoder, batches);
  const state = encoder.stateDict();
  const convolutions = convolutionsOf(state).map(({ shape, weight, bias }, layer) => {
    const outputs = sizes[layer]!;
    const inputs = sizes[layer - 1];
    const [, inputCount, ...kernel] = shape as [number, number, ...number[]];
    const perInput = kernel.reduce((product, size) => product * size, 1);
    return {
      shape,
      weight: weight.map((value, at) => {
        const input = Math.floor(at / perInput) % inputCount;
        // Squares of pixels taken for one have the channels of the layer before four times.
        return (value * (inputs?.[input % inputs.length] ?? 1)) / outputs[Math.floor(at / (perInput * inputCount))]!;
      }),
      bias: bias.map((value, channel) => value / outputs[channel]!),
    };
  });
  encoder.loadStateDict(encoderState(state, convolutions));
  return sizes.at(-1)!;
}

/** Makes a decoder give for divided features what it gave for them before. */
export function adaptDecoder(decoder: Module, divisors: Float64Array): void {
  const state = decoder.stateDict();
  const [first] = state.values(); // the weight of the first convolution, [O,C,3,3]
  const weight = viewOf(first!) as Float32Array;
  const perInput = weight.length / first!.shape[0]! / divisors.length;
  for (let at = 0; at < weight.length; at++) weight[at]! *= divisors[Math.floor(at / perInput) % divisors.length]!;
  decoder.loadStateDict(state);
}

/** The root mean square of each channel of each ReLU over all batches of equal weight. */
function channelSizes(encoder: Encoder, batches: Iterable<Tensor>): Float64Array[] {
  const sums: Float64Array[] = [];
  let count = 0;
  for (const images of batches) {
    count++;
    scope(() =>
      inference(() => {
        let layer = 0;
        let current = images;
        for (const [, step] of encoder.children()) {
          current = step.forward(current);
          if (!(step instanceof Activation)) continue;
          const own = mean(mul(current, current), { dimensions: [0, 2, 3] }).toFloat32Array();
          sums[layer] ??= new Float64Array(own.length);
          const sum = sums[layer++]!;
          for (const [channel, value] of own.entries()) sum[channel]! += value;
        }
      }),
    );
  }
  return sums.map((sum) =>
    sum.map((value) => {
      const size = Math.sqrt(value / count);
      return size < LEAST_SIZE ? 1 : size;
    }),
  );
}
