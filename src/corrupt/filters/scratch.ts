/**
 * An array for a function's own use, kept from picture to picture and replaced where a longer one is asked for: made anew
 * it costs more than the cheap corruptions. Its numbers are whatever was left in it.
 */
export function createScratch<Values extends { readonly length: number }>(
  type: new (length: number) => Values,
): (length: number) => Values {
  let kept = new type(0);
  return (length) => {
    if (kept.length < length) kept = new type(length);
    return kept;
  };
}
