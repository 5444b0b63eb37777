/** Maps bytes by a table of 256: all of them, or one channel of [H,W,C], every `channels`-th byte from `channel` on. */
export function mapInto(source: Uint8Array, table: Uint8Array, target: Uint8Array, channel = 0, channels = 1): void {
  for (let i = channel; i < source.length; i += channels) target[i] = table[source[i]!]!;
}
