/** To the nearest whole number, halves to the even one, as torch, NumPy and Python round; for values within 2^51. */
export function roundHalfEven(value: number): number {
  // Adding 1.5 * 2^52 leaves no bits below 1 in a double, and the processor rounds half to even.
  return value + 6_755_399_441_055_744 - 6_755_399_441_055_744;
}
