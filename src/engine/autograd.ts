/** Gradients, and the modes in which operators run. All modes are of this thread, and end with the function they wrap. */
import { PatinaError } from "../errors.ts";
import { type Dtype, native } from "./native.ts";
import { Tensor } from "./tensor.ts";

/**
 * Adds the gradients of `output` to `gradientOf` of every leaf that asks for them. The graph is freed.
 * @param output a single number, unless `gradient` (its shape) says what to weigh its elements with
 */
export function backward(output: Tensor, gradient?: Tensor): void {
  native().backward(output.handle, gradient?.handle ?? 0, false);
}

/** The gradients of the sum of `outputs` by `inputs`; null for inputs on which nothing depends. */
export function gradients(outputs: readonly Tensor[], inputs: readonly Tensor[]): (Tensor | null)[] {
  const handles = native().gradientsOf(
    outputs.map((tensor) => tensor.handle),
    inputs.map((tensor) => tensor.handle),
    false,
  );
  return handles.map((handle) => (handle === 0 ? null : new Tensor(handle)));
}

/** The gradient that `backward` left at a leaf, or null. The tensor is the leaf's own, not a copy. */
export function gradientOf(leaf: Tensor): Tensor | null {
  const handle = native().gradient(leaf.handle);
  return handle === 0 ? null : new Tensor(handle);
}

/** Puts a gradient at a leaf, or takes it away. Null is cheaper than zeros: no pass over memory, no addition later. */
export function setGradient(leaf: Tensor, gradient: Tensor | null): void {
  native().setGradient(leaf.handle, gradient?.handle ?? 0);
}

/** Runs `body` without recording for gradients. */
export function noGrad<T>(body: () => T): T {
  const before = native().setGradientMode(false);
  try {
    return synchronous(body(), "noGrad");
  } finally {
    native().setGradientMode(before);
  }
}

/** Runs `body` in inference mode: cheaper than `noGrad`, but its tensors can never take part in training. */
export function inference<T>(body: () => T): T {
  native().enterInference();
  try {
    return synchronous(body(), "inference");
  } finally {
    native().leaveInference();
  }
}

/** Runs `body` with convolutions and products in `dtype` on devices of the kind given; "float32" runs it plainly. */
export function autocast<T>(
  device: string,
  dtype: Extract<Dtype, "float32" | "bfloat16" | "float16">,
  body: () => T,
): T {
  if (dtype === "float32") return synchronous(body(), "autocast");
  native().enterAutocast(device, dtype);
  try {
    return synchronous(body(), "autocast");
  } finally {
    native().leaveAutocast();
  }
}

/** The mode would end before an asynchronous body does its work. */
function synchronous<T>(result: T, name: string): T {
  if (result instanceof Promise)
    throw new PatinaError("argument", `${name}: its body may not be asynchronous. Await outside of it.`);
  return result;
}
