/** Protocol buffers, the reading half: the fields of one message as they come. Source: protobuf.dev/programming-guides/encoding. */
import { damaged } from "./refusal.ts";

export interface ProtobufField {
  readonly field: number;
  /** A varint as bigint; anything else as a view of its bytes. */
  readonly value: bigint | Uint8Array;
}

/**
 * The fields in their order. What is within them is not looked at.
 * @throws PatinaError `file-damaged` where the message ends within a field, or one is of no known kind.
 */
export function* readProtobuf(bytes: Uint8Array, name: string): Generator<ProtobufField> {
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined) throw damaged(name, "it ends within a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw damaged(name, `the number before byte ${position} has no end`);
  };
  const take = (count: number): Uint8Array => {
    if (count > bytes.length - position)
      throw damaged(name, `a field of ${count} bytes starts at byte ${position} of ${bytes.length}`);
    position += count;
    return bytes.subarray(position - count, position);
  };
  while (position < bytes.length) {
    const tag = varint();
    const wireType = Number(tag & 7n);
    const field = Number(tag >> 3n);
    if (wireType === 0) yield { field, value: varint() };
    else if (wireType === 1) yield { field, value: take(8) };
    else if (wireType === 2) yield { field, value: take(Number(varint())) };
    else if (wireType === 5) yield { field, value: take(4) };
    else throw damaged(name, `field ${field} before byte ${position} is of kind ${wireType}, which there is not`);
  }
}
