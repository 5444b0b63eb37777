/**
 * ONNX: networks as files that other programs run. The writing half, for networks of one input and one output.
 * Source: onnx.proto of github.com/onnx/onnx (field numbers), engine.md 10.4.
 */
import { PatinaError } from "../errors.ts";
import { type ArrayDtype, checkArray, type PlainArray } from "./array.ts";
import { ProtobufWriter } from "./protobuf.ts";

/** The set of operators in use; 17 is the first with LayerNormalization. */
export const OPSET = 17;
/** The version of the format that came with that set. */
const IR_VERSION = 8;

/** What tells how an operator works: a whole number, a number, or several whole numbers. */
export type OnnxAttribute = number | { float: number } | readonly number[];

/** One operator at its place; its output is called as it is. */
export interface OnnxNode {
  name: string;
  /** "Conv" */
  operator: string;
  /** Names of other nodes, of weights, or of the model's input, in the operator's order. */
  inputs: readonly string[];
  attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A float32 tensor that goes in or comes out. A size that is a text is the caller's choice: "N". */
export interface OnnxValue {
  name: string;
  shape: readonly (number | string)[];
}

export interface OnnxModel {
  name: string;
  producer: { name: string; version: string };
  /** For people: what goes in and what comes out. */
  description: string;
  /** For programs, whatever they want to know. */
  metadata: Readonly<Record<string, string>>;
  input: OnnxValue;
  /** Called as the node that it comes from. */
  output: OnnxValue;
  /** Each after those that it reads. */
  nodes: readonly OnnxNode[];
  /** Weights and constants by name. */
  initializers: ReadonlyMap<string, PlainArray>;
}

/** TensorProto.DataType */
const FLOAT32 = 1;
const DATA_TYPES: Partial<Record<ArrayDtype, number>> = { float32: FLOAT32, int64: 7 };
/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 };

/**
 * The bytes of a file.
 * @throws PatinaError `argument` where an array is neither float32 nor int64 or has not the bytes of its shape, or where
 * all is beyond 2 GiB.
 */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const file = new ProtobufWriter()
    .varint(1, IR_VERSION)
    .string(2, model.producer.name)
    .string(3, model.producer.version)
    .string(6, model.description)
    .message(7, encodeGraph(model))
    .message(8, new ProtobufWriter().string(1, "").varint(2, OPSET));
  for (const [key, value] of Object.entries(model.metadata))
    file.message(14, new ProtobufWriter().string(1, key).string(2, value));
  return file.finish();
}

function encodeGraph({ name, nodes, initializers, input, output }: OnnxModel): ProtobufWriter {
  const graph = new ProtobufWriter();
  for (const node of nodes) graph.message(1, encodeNode(node));
  graph.string(2, name);
  for (const [path, array] of initializers) graph.message(5, encodeTensor(path, array));
  return graph.message(11, encodeValue(input)).message(12, encodeValue(output));
}

function encodeNode({ name, operator, inputs, attributes }: OnnxNode): ProtobufWriter {
  const node = new ProtobufWriter();
  for (const input of inputs) node.string(1, input);
  node.string(2, name).string(3, name).string(4, operator);
  for (const [key, value] of Object.entries(attributes)) node.message(5, encodeAttribute(key, value));
  return node;
}

function encodeAttribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const attribute = new ProtobufWriter().string(1, name);
  if (typeof value === "number") return attribute.varint(3, value).varint(20, ATTRIBUTE_TYPES.int);
  if ("float" in value) return attribute.float(2, value.float).varint(20, ATTRIBUTE_TYPES.float);
  for (const element of value) attribute.varint(8, element);
  return attribute.varint(20, ATTRIBUTE_TYPES.ints);
}

function encodeTensor(name: string, array: PlainArray): ProtobufWriter {
  checkArray(array, `ONNX "${name}"`);
  const type = DATA_TYPES[array.dtype];
  if (type === undefined)
    throw new PatinaError("argument", `ONNX "${name}": is ${array.dtype}. Convert it to float32 or int64 first.`);
  const tensor = new ProtobufWriter();
  for (const size of array.shape) tensor.varint(1, size);
  return tensor.varint(2, type).string(8, name).bytes(9, array.bytes);
}

function encodeValue({ name, shape }: OnnxValue): ProtobufWriter {
  const sizes = new ProtobufWriter();
  for (const size of shape) {
    const dimension = new ProtobufWriter();
    sizes.message(1, typeof size === "number" ? dimension.varint(1, size) : dimension.string(2, size));
  }
  const tensor = new ProtobufWriter().varint(1, FLOAT32).message(2, sizes);
  return new ProtobufWriter().string(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
