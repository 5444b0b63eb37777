/** NumPy's array file (.npy), versions 1 to 3, numbers only. Source: numpy.lib.format; engine.md 10.3. */
import { PatinaError } from "../errors.ts";
import { fileSize, readStart } from "../files.ts";
import { type ArrayDtype, byteCount, checkArray, ITEM_BYTES, type PlainArray, swapByteOrder } from "./array.ts";
import { damaged, foreign, hostile, quote } from "./refusal.ts";
import { gatherRowMajor, rowMajorStrides } from "./strided.ts";

/** What stands before the numbers of an npy file. */
export interface NpyHeader {
  dtype: ArrayDtype;
  shape: number[];
  /** Column-major: the first index runs fastest. */
  fortran: boolean;
  /** The elements are stored with the most significant byte first. */
  bigEndian: boolean;
  /** Where the numbers start, in bytes from the start of the file. */
  dataOffset: number;
  /** Bytes of the numbers. */
  dataBytes: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
/** numpy's own limit for a header that is parsed as Python (numpy.lib.format, max_header_size), times six. */
const HEADER_LIMIT = 1 << 16;
/** Bytes from the start of a file that hold any header that is accepted. */
export const NPY_START = HEADER_LIMIT + 12;

const DESCRIPTORS: Readonly<Partial<Record<ArrayDtype, string>>> = {
  bool: "|b1",
  uint8: "|u1",
  int8: "|i1",
  int16: "<i2",
  uint16: "<u2",
  int32: "<i4",
  uint32: "<u4",
  int64: "<i8",
  uint64: "<u8",
  float16: "<f2",
  float32: "<f4",
  float64: "<f8",
};

/** The element type of a NumPy descriptor such as "<f4", "|u1" or "u1"; undefined where it is none of numbers. */
export function parseDescriptor(descriptor: string): { dtype: ArrayDtype; bigEndian: boolean } | undefined {
  const [, order = "", code] = /^([<>|=]?)([a-z]\d)$/.exec(descriptor) ?? [];
  if (code === undefined) return undefined;
  for (const [dtype, known] of Object.entries(DESCRIPTORS) as [ArrayDtype, string][])
    if (known.slice(1) === code) return { dtype, bigEndian: order === ">" && ITEM_BYTES[dtype] > 1 };
  return undefined;
}

/**
 * Reads the header; `bytes` may be the start of the file only, if the whole header is in it.
 * @throws PatinaError `file-foreign`, `file-damaged`, `file-hostile` (Python objects).
 */
export function readNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) throw foreign(name, "a NumPy array (.npy)", bytes);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3)
    throw damaged(name, `format version ${version} at byte 6, where 1, 2 or 3 is expected`);
  const lengthBytes = version === 1 ? 2 : 4;
  const dataStart = 8 + lengthBytes;
  if (bytes.length < dataStart) throw damaged(name, `truncated in its header: it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > HEADER_LIMIT) throw hostile(name, `its header claims ${length} bytes; ${HEADER_LIMIT} are allowed`);
  const dataOffset = dataStart + length;
  if (bytes.length < dataOffset)
    throw damaged(name, `truncated in its header: ${dataOffset} bytes expected, ${bytes.length} are there`);
  const text = Buffer.from(bytes.subarray(dataStart, dataOffset)).toString(version === 3 ? "utf8" : "latin1");
  return { ...parseHeader(text, name), dataOffset };
}

/** The three entries of the header, a Python dict literal in any order. */
function parseHeader(text: string, name: string): Omit<NpyHeader, "dataOffset"> {
  const descriptor = /'descr'\s*:\s*('([^']*)'|\[)/.exec(text);
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (!/^\s*\{.*\}\s*$/s.test(text) || descriptor === null || fortran === undefined || shape === undefined)
    throw damaged(
      name,
      `its header is not {'descr', 'fortran_order', 'shape'} but ${JSON.stringify(text.slice(0, 80))}`,
    );
  const type = parseDescriptor(descriptor[2] ?? "");
  if (type === undefined) throw unsupportedDtype(name, descriptor[2]);
  // numpy on Python 2 wrote long integers: (50000L, 32L).
  const sizes = shape
    .split(",")
    .flatMap((size) => (size.trim() === "" ? [] : [Number(/^\s*(\d+)L?\s*$/.exec(size)?.[1])]));
  const dataBytes = byteCount(type.dtype, sizes);
  if (dataBytes === undefined) throw hostile(name, `its shape (${shape.slice(0, 80)}) is beyond any memory`);
  return { ...type, shape: sizes, fortran: fortran === "True", dataBytes };
}

/** What to tell of a descriptor that is none of numbers; undefined for a structured dtype. */
export function unsupportedDtype(name: string, descriptor: string | undefined): PatinaError {
  if (descriptor !== undefined && /^[<>|=]?O/.test(descriptor))
    return hostile(
      name,
      "holds Python objects (dtype object), which only a pickle can carry",
      "Save it again as numbers, with allow_pickle=False.",
    );
  const found = descriptor === undefined ? "a structured dtype" : `dtype ${quote(descriptor)}`;
  return new PatinaError(
    "file-foreign",
    `${name}: holds ${found}; integers, bool and floats of 16 to 64 bits are read. Convert it with astype first.`,
  );
}

/**
 * Reads a whole npy file. Column-major and big-endian arrays are converted; otherwise the numbers stay a view of `bytes`.
 * @throws PatinaError `file-foreign`, `file-damaged`, `file-hostile`.
 */
export function readNpy(bytes: Uint8Array, name: string): PlainArray {
  const header = readNpyHeader(bytes, name);
  checkNpySize(header, bytes.length, name);
  return arrayFromNpy(header, bytes.subarray(header.dataOffset));
}

/** The array of a header and its numbers, whose size has been checked. */
export function arrayFromNpy(header: Omit<NpyHeader, "dataOffset" | "dataBytes">, data: Uint8Array): PlainArray {
  const { dtype, shape } = header;
  let bytes = data;
  if (header.bigEndian) {
    bytes = new Uint8Array(bytes);
    swapByteOrder(bytes, ITEM_BYTES[dtype]);
  }
  if (header.fortran && shape.length > 1) bytes = rowMajor(bytes, shape, ITEM_BYTES[dtype]);
  return { dtype, shape, bytes };
}

/**
 * Reads the header of an npy file and checks the file's size against it, without reading the numbers.
 * @throws PatinaError `file-missing`, `file-foreign`, `file-damaged`, `file-hostile`.
 */
export function readNpyFileHeader(path: string): NpyHeader {
  const header = readNpyHeader(readStart(path, NPY_START), path);
  checkNpySize(header, fileSize(path), path);
  return header;
}

/** @throws PatinaError `file-damaged` where the header and the size of the whole file disagree. */
export function checkNpySize(header: NpyHeader, size: number, name: string): void {
  const expected = header.dataOffset + header.dataBytes;
  if (size === expected) return;
  const verb = size < expected ? "truncated" : "has bytes after its array";
  throw damaged(
    name,
    `${verb}: ${header.dtype}[${header.shape.join(",")}] takes ${expected} bytes, the file has ${size}`,
  );
}

/** Column-major to row-major. */
function rowMajor(source: Uint8Array, shape: readonly number[], itemBytes: number): Uint8Array {
  const strides = rowMajorStrides(shape.toReversed(), itemBytes).reverse(); // the first index runs fastest
  return gatherRowMajor(source, 0, shape, strides, itemBytes);
}

/**
 * The file's bytes before the numbers: version 1, padded so that the numbers start at a multiple of 64.
 * @throws PatinaError `argument` for bfloat16, which NumPy does not know.
 */
export function npyHeader(dtype: ArrayDtype, shape: readonly number[]): Uint8Array {
  const descriptor = DESCRIPTORS[dtype];
  if (descriptor === undefined)
    throw new PatinaError("argument", `npy: NumPy has no ${dtype}. Convert it to float32 first.`);
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  return Buffer.concat([
    Uint8Array.from([...MAGIC, 1, 0, length & 0xff, length >> 8]),
    Buffer.from(`${text.padEnd(length - 1)}\n`, "latin1"),
  ]);
}

/** The bytes of an npy file. @throws PatinaError `argument` where shape and bytes disagree, or for bfloat16. */
export function writeNpy(array: PlainArray): Uint8Array {
  checkArray(array, "npy");
  return Buffer.concat([npyHeader(array.dtype, array.shape), array.bytes]);
}
