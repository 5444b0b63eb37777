/** Modules: parts of a network with weights, found by the names of their fields, as PyTorch names them. */

import { noGrad } from "../engine/autograd.ts";
import { copy_ } from "../engine/ops/arithmetic.ts";
import { toDevice } from "../engine/ops/shape.ts";
import { keep, scope } from "../engine/scope.ts";
import { type Dtype, fromPlain, Tensor, toPlain } from "../engine/tensor.ts";
import { PatinaError } from "../errors.ts";
import type { PlainArray } from "../formats/array.ts";
import type { Stream } from "../random/stream.ts";
import type { OnnxGraph } from "./onnx.ts";

/** What a convolution or product computes with; weights and statistics stay float32. */
export type ComputeDtype = Extract<Dtype, "float32" | "bfloat16" | "float16">;

const parameters = new WeakSet<Tensor>();
const buffers = new WeakSet<Tensor>();

/** Marks a tensor as one that training changes; it lives as long as its module. Returns it. */
export function parameter(tensor: Tensor): Tensor {
  tensor.requiresGradient = true;
  parameters.add(keep(tensor));
  return tensor;
}

/** Marks a tensor as state that is stored with the weights but not trained. Returns it. */
export function buffer(tensor: Tensor): Tensor {
  buffers.add(keep(tensor));
  return tensor;
}

/**
 * A part of a network. Its parameters, buffers and inner modules are its fields (arrays of modules count too); their
 * paths are the fields' names in snake case, joined by dots: `layer1.0.bn1.running_mean`, as in PyTorch.
 */
export abstract class Module {
  /** Whether it behaves as in training: statistics of the batch, dropout. */
  training = true;
  /** What convolutions and products compute with. */
  computeDtype: ComputeDtype = "float32";
  /** Where this step's random choices come from; needed by modules that choose. */
  protected stream: Stream | undefined;

  abstract forward(input: Tensor): Tensor;

  /**
   * Writes what `forward` computes in evaluation into the graph, in float32.
   * @param input name of what goes in
   * @returns name of what comes out
   * @throws PatinaError `argument` where this module, or one inside it, has no form in ONNX
   */
  toOnnx(_graph: OnnxGraph, _input: string): string {
    throw new PatinaError(
      "argument",
      `${this.constructor.name}: does not know its form in ONNX. Write its method toOnnx first.`,
    );
  }

  /** Inner modules by the name of their field, in the order of the fields. */
  *children(): Iterable<[name: string, module: Module]> {
    for (const [field, value] of Object.entries(this)) {
      if (value instanceof Module) yield [snakeCase(field), value];
      else if (Array.isArray(value))
        for (const [index, element] of value.entries())
          if (element instanceof Module) yield [`${snakeCase(field)}.${index}`, element];
    }
  }

  /** This module and all inside it, with their paths; "" is its own. */
  *modules(path = ""): Iterable<[path: string, module: Module]> {
    yield [path, this];
    for (const [name, child] of this.children()) yield* child.modules(joinPath(path, name));
  }

  /** What training changes, by path. */
  namedParameters(): Map<string, Tensor> {
    return this.namedTensors(parameters);
  }

  /** What is stored but not trained, by path. */
  namedBuffers(): Map<string, Tensor> {
    return this.namedTensors(buffers);
  }

  /** Copies of all parameters and buffers, by path, in the order of the modules. */
  stateDict(): Map<string, PlainArray> {
    return new Map([...this.state()].map(([path, tensor]) => [path, toPlain(tensor)]));
  }

  /**
   * Takes over the weights, converting nothing: names, shapes and dtypes must be those of this network.
   * @throws PatinaError `weights`, naming what is missing, what is too much, and what has another shape; nothing is changed then.
   */
  loadStateDict(weights: ReadonlyMap<string, PlainArray>, source = "weights", remedy = REMEDY): void {
    const state = this.state();
    checkFit(state, weights, source, remedy);
    noGrad(() => {
      for (const [path, tensor] of state) scope(() => copy_(tensor, fromPlain(weights.get(path)!)));
    });
  }

  /** Switches this module and all inside it between training and evaluation. */
  setTraining(training: boolean): void {
    for (const [, module] of this.modules()) module.training = training;
  }

  /** Sets what all convolutions and products inside compute with. */
  setComputeDtype(dtype: ComputeDtype): void {
    for (const [, module] of this.modules()) module.computeDtype = dtype;
  }

  /** Gives every module inside its own stream, named by its path: what one draws does not depend on the others. */
  setStream(stream: Stream): void {
    for (const [path, module] of this.modules()) if (module.drawsAtRandom) module.stream = stream.fork(path);
  }

  /** Moves all parameters and buffers to a device. For a new network, before any optimizer knows its parameters. */
  moveTo(device: string): void {
    for (const [, module] of this.modules())
      for (const [field, value] of Object.entries(module)) {
        if (!(value instanceof Tensor) || value.device === device) continue;
        const moved = noGrad(() => keep(toDevice(value, device)));
        Object.assign(module, { [field]: parameters.has(value) ? parameter(moved) : buffer(moved) });
        value.dispose();
      }
  }

  /** Frees all parameters and buffers. */
  dispose(): void {
    for (const tensor of this.state().values()) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Whether it draws at random in training, and so wants a stream. */
  protected get drawsAtRandom(): boolean {
    return false;
  }

  /** Names what is dropped in this step. @throws PatinaError `argument` without a stream. */
  protected dropoutKey(): number {
    if (this.stream === undefined)
      throw new PatinaError(
        "argument",
        `${this.constructor.name}: dropout needs a stream. Call setStream() before each training step.`,
      );
    return this.stream.key[0];
  }

  private state(): Map<string, Tensor> {
    return this.namedTensors(parameters, buffers);
  }

  private namedTensors(...kinds: WeakSet<Tensor>[]): Map<string, Tensor> {
    const found = new Map<string, Tensor>();
    for (const [path, module] of this.modules())
      for (const [field, value] of Object.entries(module))
        if (value instanceof Tensor && kinds.some((kind) => kind.has(value)))
          found.set(joinPath(path, snakeCase(field)), value);
    return found;
  }
}

/** What to do where weights do not fit, unless the caller knows better. */
const REMEDY = "Build the network that these weights were made for.";

function checkFit(
  state: ReadonlyMap<string, Tensor>,
  weights: ReadonlyMap<string, PlainArray>,
  source: string,
  remedy: string,
): void {
  const missing = [...state.keys()].filter((path) => !weights.has(path));
  const unknown = [...weights.keys()].filter((path) => !state.has(path));
  const different = [...state].flatMap(([path, tensor]) => {
    const given = weights.get(path);
    if (given === undefined) return [];
    const [wanted, found] = [`${tensor.dtype}[${tensor.shape}]`, `${given.dtype}[${given.shape}]`];
    return wanted === found ? [] : [`${path} is ${found}, the network has ${wanted}`];
  });
  if (missing.length + unknown.length + different.length === 0) return;
  const list = (title: string, names: readonly string[]) =>
    names.length === 0
      ? []
      : [`${title}: ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`];
  throw new PatinaError(
    "weights",
    `${source}: does not fit the network. ${[
      ...list("Missing", missing),
      ...list("Not in the network", unknown),
      ...list("Different", different),
    ].join(". ")}. ${remedy}`,
  );
}

/** The path of what a module calls `name`. */
export const joinPath = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** runningMean -> running_mean; conv1 and layer1 stay. */
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
