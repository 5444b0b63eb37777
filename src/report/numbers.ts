/** Numbers for people. */

/** 0.8312 is "83.1 %"; the space does not break. */
export function percent(share: number, digits = 1): string {
  return `${points(share, digits)}\u00a0%`;
}

/** 0.8312 is "83.1", for where the heading says that it is percent. */
export function points(share: number, digits = 1): string {
  return (100 * share).toFixed(digits);
}

/** A difference with its sign: "+1.2", "−0.3". */
export function signedPoints(share: number, digits = 1): string {
  const text = points(Math.abs(share), digits);
  if (Number(text) === 0) return text;
  return `${share < 0 ? "\u2212" : "+"}${text}`;
}

/** "82.4 to 83.8" */
export function rangeText([low, high]: readonly [number, number], write: (share: number) => string = points): string {
  return `${write(low)} to ${write(high)}`;
}

/** 1234567 is "1,234,567". */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** 1 is "1 epoch", 2 is "2 epochs". */
export function counted(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? "" : "s"}`;
}

/** Names of benchmarks for people: "gaussian_noise" is "gaussian noise". */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}
