/**
 * With PATINA_LEAKCHECK=1, says which tensors were forgotten: their object is gone, their memory is not. Costs a
 * quarter of a microsecond and a stack for each tensor, so it is off by default.
 */
import { native } from "./native.ts";

const isOn = process.env.PATINA_LEAKCHECK === "1";
const leaks = new Map<string, number>(); // stack of creation -> count, as far as garbage collection has found them

const registry = isOn
  ? new FinalizationRegistry<{ handle: number; stack: string }>(({ handle, stack }) => {
      if (!native().isLive(handle)) return;
      native().release(handle);
      leaks.set(stack, (leaks.get(stack) ?? 0) + 1);
    })
  : undefined;

/** Watches a new tensor. For the engine. */
export function watchLeak(tensor: { handle: number }): void {
  if (registry === undefined) return;
  const stack = new Error().stack?.split("\n").slice(3, 9).join("\n") ?? "";
  registry.register(tensor, { handle: tensor.handle, stack });
}

if (isOn)
  process.on("exit", () => {
    for (const [stack, count] of leaks) process.stderr.write(`${count} tensors were never ended, made at:\n${stack}\n`);
  });
