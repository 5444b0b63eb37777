import type { Module } from "../src/nn/module.ts";
import type { Stream } from "../src/random/stream.ts";

/** Fills parameters and buffers as training might leave them: no mean is 0, no variance 1, outputs stay near 1. */
export function randomiseState(module: Module, draws: Stream): void {
  const state = module.stateDict();
  for (const [path, plain] of state) {
    if (plain.dtype !== "float32") continue;
    const fanIn = plain.shape.slice(1).reduce((product, size) => product * size, 1);
    const draw = path.endsWith("running_var")
      ? () => 0.5 + draws.uniform()
      : plain.shape.length === 1
        ? () => 0.5 + draws.normal() / 2
        : () => draws.normal() / Math.sqrt(fanIn);
    const numbers = Float32Array.from({ length: plain.bytes.length / 4 }, draw);
    state.set(path, { ...plain, bytes: new Uint8Array(numbers.buffer) });
  }
  module.loadStateDict(state);
}
