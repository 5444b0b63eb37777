/** `count` numbers in [-1, 1), the same as those of `formula` in scripts/golden/wide_resnet.py: exact in float32. */
export function formula(count: number, salt: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    let bits = (Math.imul(index, 2654435761) + Math.imul(salt, 40503)) >>> 0;
    bits = Math.imul(bits ^ (bits >>> 15), 2246822519) >>> 0;
    return (bits >>> 8) / 2 ** 23 - 1;
  });
}
