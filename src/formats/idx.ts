/** The IDX format of MNIST and Fashion-MNIST: big-endian numbers behind a short header. */
import { type ArrayDtype, byteCount, ITEM_BYTES, type PlainArray, swapByteOrder } from "./array.ts";
import { ByteReader } from "./byte-reader.ts";
import { damaged, foreign } from "./refusal.ts";

const DTYPES: Readonly<Record<number, ArrayDtype>> = {
  8: "uint8",
  9: "int8",
  11: "int16",
  12: "int32",
  13: "float32",
  14: "float64",
};

/**
 * Reads a whole IDX file, already unpacked (`gunzipBounded` for .gz): two zero bytes, type, dimensions, sizes, numbers.
 * @throws PatinaError `file-foreign` (wrong magic), `file-damaged` (size against header).
 */
export function readIdx(bytes: Uint8Array, name: string): PlainArray {
  const dtype = DTYPES[bytes[2] ?? 0];
  const dimensions = bytes[3] ?? 0;
  if (bytes[0] !== 0 || bytes[1] !== 0 || dtype === undefined || dimensions === 0)
    throw foreign(name, "an IDX file (as of MNIST)", bytes);
  const reader = new ByteReader(bytes, name, 4);
  const shape = Array.from({ length: dimensions }, () => reader.uint32BigEndian());
  const expected = byteCount(dtype, shape);
  if (expected !== reader.remaining)
    throw damaged(
      name,
      `${dtype}[${shape.join(",")}] takes ${expected ?? "too many"} bytes after byte ${reader.position}, ` +
        `${reader.remaining} are there`,
    );
  const itemBytes = ITEM_BYTES[dtype];
  const data = reader.take(reader.remaining);
  if (itemBytes === 1) return { dtype, shape, bytes: data };
  const swapped = new Uint8Array(data);
  swapByteOrder(swapped, itemBytes);
  return { dtype, shape, bytes: swapped };
}
