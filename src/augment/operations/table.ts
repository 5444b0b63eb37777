/** Operations that map every byte by a table. */

/** One table for all channels. */
export function mapBytesInto(source: Uint8Array, table: Uint8Array, target: Uint8Array): void {
  for (let i = 0; i < source.length; i++) target[i] = table[source[i]!]!;
}

/** One channel of [H,W,C] bytes. */
export function mapChannelInto(
  source: Uint8Array,
  channel: number,
  channels: number,
  table: Uint8Array,
  target: Uint8Array,
): void {
  for (let i = channel; i < source.length; i += channels) target[i] = table[source[i]!]!;
}
