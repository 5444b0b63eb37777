/** Arrays whose elements do not stand in row-major order: column-major files, transposed and expanded tensors. */

/**
 * The elements in row-major order, gathered from `start` (bytes) by strides (bytes of the source, by dimension).
 * The caller has checked that all of them lie in the source.
 */
export function gatherRowMajor(
  source: Uint8Array,
  start: number,
  shape: readonly number[],
  strides: readonly number[],
  itemBytes: number,
): Uint8Array {
  const target = new Uint8Array(shape.reduce((product, size) => product * size, itemBytes));
  const index = new Array<number>(shape.length).fill(0);
  for (let to = 0, from = start; to < target.length; to += itemBytes) {
    for (let byte = 0; byte < itemBytes; byte++) target[to + byte] = source[from + byte]!;
    for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
      from += strides[dimension]!;
      if (++index[dimension]! < shape[dimension]!) break;
      from -= strides[dimension]! * shape[dimension]!;
      index[dimension] = 0;
    }
  }
  return target;
}

/** Strides of an array without gaps, in units of `item`; the last index runs fastest. */
export function rowMajorStrides(shape: readonly number[], item = 1): number[] {
  const strides = new Array<number>(shape.length);
  let stride = item;
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    strides[dimension] = stride;
    stride *= shape[dimension]!;
  }
  return strides;
}
