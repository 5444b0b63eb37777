/** A reader of protocol buffers for tests: the fields of one message by number, each with all its values in order. */

/** A varint as bigint, anything else as its bytes. */
type Value = bigint | Uint8Array;

export class ProtobufMessage {
  private readonly fields = new Map<number, Value[]>();

  constructor(bytes: Uint8Array) {
    let position = 0;
    const varint = () => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes[position++]!;
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    };
    const take = (count: number) => {
      if (position + count > bytes.length) throw new Error(`a field at byte ${position} ends after the message`);
      position += count;
      return bytes.subarray(position - count, position);
    };
    while (position < bytes.length) {
      const tag = Number(varint());
      const values = this.fields.get(tag >> 3) ?? [];
      this.fields.set(tag >> 3, values);
      const wireType = tag & 7;
      if (wireType === 0) values.push(varint());
      else if (wireType === 1) values.push(take(8));
      else if (wireType === 2) values.push(take(Number(varint())));
      else if (wireType === 5) values.push(take(4));
      else throw new Error(`field ${tag >> 3} has the wire type ${wireType}`);
    }
  }

  bytes(field: number): Uint8Array[] {
    return (this.fields.get(field) ?? []) as Uint8Array[];
  }

  varints(field: number): bigint[] {
    return (this.fields.get(field) ?? []) as bigint[];
  }

  strings(field: number): string[] {
    return this.bytes(field).map((bytes) => new TextDecoder().decode(bytes));
  }

  messages(field: number): ProtobufMessage[] {
    return this.bytes(field).map((bytes) => new ProtobufMessage(bytes));
  }
}
