/** The graph that the modules of a network write themselves into, node after node: `Module.toOnnx`. */
import { type Tensor, toPlain } from "../engine/tensor.ts";
import { PatinaError } from "../errors.ts";
import type { PlainArray } from "../formats/array.ts";
import type { OnnxAttribute, OnnxNode } from "../formats/onnx.ts";
import { joinPath, type Module } from "./module.ts";

export class OnnxGraph {
  /** In the order of computation. */
  readonly nodes: OnnxNode[] = [];
  /** Weights under their paths, as in `stateDict`, and constants. */
  readonly initializers = new Map<string, PlainArray>();
  private readonly paths: ReadonlyMap<Module | Tensor, string>;
  private readonly names = new Set<string>();

  constructor(network: Module) {
    const members = [...network.namedParameters(), ...network.namedBuffers(), ...network.modules()];
    this.paths = new Map(members.map(([path, member]) => [member, path]));
  }

  /** Adds a node of one of the network's modules; returns its output: "layer1.0.conv1.Conv". */
  node(
    module: Module,
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const name = this.unusedName(joinPath(this.pathOf(module), operator));
    this.nodes.push({ name, operator, inputs, attributes });
    return name;
  }

  /** Takes in a parameter or buffer of the network, row-major however it lies in memory; returns its path. */
  weight(tensor: Tensor): string {
    const path = this.pathOf(tensor);
    this.initializers.set(path, toPlain(tensor));
    return path;
  }

  /** Takes in numbers that are no weights, as float32 under a name of their own, which it returns. */
  constant(name: string, numbers: readonly number[], shape: readonly number[] = []): string {
    const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
    this.initializers.set(name, { dtype: "float32", shape: [...shape], bytes });
    return name;
  }

  private pathOf(member: Module | Tensor): string {
    const path = this.paths.get(member);
    if (path !== undefined) return path;
    throw new PatinaError(
      "argument",
      `OnnxGraph: a ${member.constructor.name} was given that is no part of the network. Make it a field of its module.`,
    );
  }

  /** "bn1.Mul", then "bn1.Mul_2": a module may have several nodes of a kind, and may stand in a network twice. */
  private unusedName(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.names.has(name); count++) name = `${wanted}_${count}`;
    this.names.add(name);
    return name;
  }
}
