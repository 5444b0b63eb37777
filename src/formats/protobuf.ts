/** Protocol buffers, the writing half: fields by number, as they come. Source: protobuf.dev/programming-guides/encoding. */
import { PatinaError } from "../errors.ts";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** What every reader of protocol buffers takes at most. */
const SIZE_LIMIT = 2 ** 31 - 1;

/** Gathers the fields of one message. Bytes are taken by reference until `finish`. */
export class ProtobufWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  /** int32, int64, uint32, uint64, bool or enum: a whole number from -2^63 to 2^64 - 1. */
  varint(field: number, value: number | bigint): this {
    return this.tag(field, VARINT).add(varintBytes(value));
  }

  /** float: rounded to 32 bits. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.tag(field, FIXED32).add(bytes);
  }

  double(field: number, value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.tag(field, FIXED64).add(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.tag(field, LENGTH_DELIMITED).add(varintBytes(value.length)).add(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  /** A message within this one, as it stands now. */
  message(field: number, inner: ProtobufWriter): this {
    this.tag(field, LENGTH_DELIMITED).add(varintBytes(inner.length));
    for (const part of inner.parts) this.add(part);
    return this;
  }

  /** The whole message. @throws PatinaError `argument` where it is larger than 2 GiB, which nobody could read. */
  finish(): Uint8Array {
    if (this.length > SIZE_LIMIT)
      throw new PatinaError(
        "argument",
        `A protocol buffer of ${this.length} bytes was asked for; readers take ${SIZE_LIMIT} at most. Write less into it.`,
      );
    return Buffer.concat(this.parts, this.length);
  }

  private tag(field: number, wireType: number): this {
    return this.add(varintBytes((field << 3) | wireType));
  }

  private add(part: Uint8Array): this {
    this.parts.push(part);
    this.length += part.length;
    return this;
  }
}

/** Seven bits a byte, the lowest first; negative numbers as 64 bits of two's complement. */
function varintBytes(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
