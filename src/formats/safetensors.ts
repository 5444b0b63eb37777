/** safetensors: a JSON header, then the numbers. Source: github.com/huggingface/safetensors, engine.md 10.3. */
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { type ArrayDtype, byteCount, checkArray, DIMENSION_LIMIT, type PlainArray } from "./array.ts";
import { damaged, foreign, hostile, quote } from "./refusal.ts";

const DTYPES: Readonly<Record<string, ArrayDtype>> = {
  BOOL: "bool",
  U8: "uint8",
  I8: "int8",
  I16: "int16",
  U16: "uint16",
  I32: "int32",
  U32: "uint32",
  I64: "int64",
  U64: "uint64",
  F16: "float16",
  BF16: "bfloat16",
  F32: "float32",
  F64: "float64",
};
const NAMES = Object.fromEntries(Object.entries(DTYPES).map(([name, dtype]) => [dtype, name]));

/** The key of the header that is no tensor: texts about the file. */
const METADATA = "__metadata__";
/** The format's own limit for its header. */
const HEADER_LIMIT = 100_000_000;

const Entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)).max(DIMENSION_LIMIT),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const Metadata = z.record(z.string(), z.string());

/** What a safetensors file holds; tensors in the order of their data. */
export interface Safetensors {
  tensors: Map<string, PlainArray>;
  metadata: Record<string, string>;
}

/** Whether a file starts as safetensors do: behind the length, the brace of the header. */
export function isSafetensorsStart(start: Uint8Array): boolean {
  return start.length >= 10 && start[8] === 0x7b;
}

/**
 * Reads a whole file. The arrays are views of `bytes`.
 * @param remedy what to do where it is a file of another kind
 * @throws PatinaError `file-foreign`, `file-damaged` (truncated; gaps, overlaps, sizes that do not fit), `file-hostile` (header beyond the limit).
 */
export function readSafetensors(bytes: Uint8Array, name: string, remedy?: string): Safetensors {
  if (!isSafetensorsStart(bytes)) throw foreign(name, "a safetensors file", bytes, remedy);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT))
    throw hostile(name, `its header claims ${length} bytes; the format allows ${HEADER_LIMIT}`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length)
    throw damaged(name, `truncated in its header: ${dataStart} bytes expected, ${bytes.length} are there`);
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(8, dataStart)), name);
  // By the end too: a tensor without elements starts where the next one does.
  const entries = header.entries.sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  const tensors = new Map<string, PlainArray>();
  let end = 0;
  for (const [tensor, { dtype, shape, data_offsets: offsets }] of entries) {
    const known = DTYPES[dtype];
    if (known === undefined) throw damaged(name, `${quote(tensor)} has the unknown dtype ${quote(dtype)}`);
    if (offsets[0] !== end || byteCount(known, shape) !== offsets[1] - offsets[0])
      throw damaged(
        name,
        `${quote(tensor)}, ${dtype}[${shape}], does not fit bytes ${offsets.join(" to ")} after byte ${end}`,
      );
    end = offsets[1];
    if (dataStart + end > bytes.length)
      throw damaged(
        name,
        `truncated in ${quote(tensor)}: ${dataStart + end} bytes expected, ${bytes.length} are there`,
      );
    tensors.set(tensor, { dtype: known, shape, bytes: bytes.subarray(dataStart + offsets[0], dataStart + end) });
  }
  if (dataStart + end !== bytes.length)
    throw damaged(name, `${bytes.length - dataStart - end} bytes follow its last tensor`);
  return { tensors, metadata: header.metadata };
}

function parseHeader(
  text: string,
  name: string,
): { entries: [string, z.infer<typeof Entry>][]; metadata: Safetensors["metadata"] } {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw damaged(name, `its header is not JSON (${(cause as Error).message})`);
  }
  const entries: [string, z.infer<typeof Entry>][] = [];
  let metadata: Safetensors["metadata"] = {};
  for (const [key, value] of Object.entries(header as object)) {
    const parsed = (key === METADATA ? Metadata : Entry).safeParse(value);
    if (!parsed.success)
      throw damaged(name, `the header's entry ${quote(key)} is malformed (${parsed.error.issues[0]?.message})`);
    if (key === METADATA) metadata = parsed.data as Safetensors["metadata"];
    else entries.push([key, parsed.data as z.infer<typeof Entry>]);
  }
  // JSON.parse keeps the last of equal keys; a file with two tensors of one name is refused instead.
  if (countKeys(text) !== Object.keys(header as object).length) throw damaged(name, "its header names a tensor twice");
  return { entries, metadata };
}

/** Keys of the outermost object of JSON, equal ones too: colons outside of strings and inner objects. */
function countKeys(json: string): number {
  let count = 0;
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (isInString && character === "\\") at++;
    else if (character === '"') isInString = !isInString;
    else if (!isInString && (character === "{" || character === "[")) depth++;
    else if (!isInString && (character === "}" || character === "]")) depth--;
    else if (!isInString && character === ":" && depth === 1) count++;
  }
  return count;
}

/**
 * The bytes of a file with these tensors, in the order given; the numbers start at a multiple of 64.
 * @throws PatinaError `argument` where a shape and its bytes disagree.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, PlainArray>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: [name: string, entry: unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push([METADATA, metadata]);
  let offset = 0;
  for (const [name, array] of tensors) {
    checkArray(array, `safetensors "${name}"`);
    if (name === METADATA) throw new PatinaError("argument", `safetensors: no tensor may be named ${METADATA}.`);
    const end = offset + array.bytes.length;
    header.push([name, { dtype: NAMES[array.dtype], shape: array.shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil((8 + text.length) / 64) * 64 - 8;
  const file = Buffer.alloc(8 + length + offset, 0x20); // the header is padded with spaces
  file.writeBigUInt64LE(BigInt(length), 0);
  text.copy(file, 8);
  let position = 8 + length;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}
