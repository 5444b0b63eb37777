/**
 * TensorBoard's event files, the writing half: records with checksums, each an Event of protocol buffers. Source:
 * tensorflow/core/lib/io/record_writer, tensorflow/core/util/event.proto and framework/summary.proto.
 */
import { ProtobufWriter } from "./protobuf.ts";

/** A number at a step of training. */
export interface Scalar {
  /** "train/loss": what stands before the slash groups the charts. */
  tag: string;
  step: number;
  value: number;
  /** Seconds since 1970. */
  wallTime: number;
}

/** The bytes of a whole event file. */
export function encodeEventFile(scalars: readonly Scalar[]): Uint8Array {
  const version = new ProtobufWriter().double(1, scalars[0]?.wallTime ?? 0).string(3, "brain.Event:2");
  const events = scalars.map(({ tag, step, value, wallTime }) => {
    const summary = new ProtobufWriter().message(1, new ProtobufWriter().string(1, tag).float(2, value));
    return new ProtobufWriter().double(1, wallTime).varint(2, step).message(5, summary);
  });
  return Buffer.concat([version, ...events].map((event) => record(event.finish())));
}

/** Length, its checksum, the data, its checksum. */
function record(data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 16);
  bytes.writeBigUInt64LE(BigInt(data.length));
  bytes.writeUInt32LE(maskedChecksum(bytes.subarray(0, 8)), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(maskedChecksum(data), data.length + 12);
  return bytes;
}

/** Rotated and shifted, so that the checksum of data which holds checksums stays a good one. */
function maskedChecksum(data: Uint8Array): number {
  const checksum = crc32c(data);
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** Castagnoli's checksum (RFC 3720, appendix B.4); zlib has only the other one. */
export function crc32c(data: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of data) value = CRC32C_TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
