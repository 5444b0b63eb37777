/** What a benchmark measured: one line of a table, or of JSON. */
export interface Row {
  readonly name: string;
  /** Of both values: "ms", "pictures/s", ... */
  readonly unit: string;
  readonly ours: number;
  /** The same of the other program; null where it is not installed, or where there is none. */
  readonly peer: number | null;
  /** ours / peer. */
  readonly ratio: number | null;
}

export function makeRow(name: string, unit: string, ours: number, peer: number | null): Row {
  return { name, unit, ours, peer, ratio: peer === null ? null : ours / peer };
}
