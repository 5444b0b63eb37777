/** A reader of event files for tests: each record's checksums are checked, each event is its fields. */
import assert from "node:assert/strict";
import { crc32c } from "../src/formats/event-file.ts";
import { ProtobufMessage } from "./protobuf.ts";

export interface ReadEvent {
  wallTime: number;
  step: number;
  fileVersion: string | undefined;
  tag: string | undefined;
  value: number | undefined;
}

export function readEventFile(bytes: Buffer): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let position = 0; position < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(position));
    assert.equal(bytes.readUInt32LE(position + 8), masked(bytes.subarray(position, position + 8)));
    const data = bytes.subarray(position + 12, position + 12 + length);
    assert.equal(bytes.readUInt32LE(position + 12 + length), masked(data));
    events.push(eventOf(new ProtobufMessage(data)));
    position += length + 16;
  }
  return events;
}

function eventOf(event: ProtobufMessage): ReadEvent {
  const [value] = event.messages(5).flatMap((summary) => summary.messages(1));
  const floats = value?.bytes(2).map((bytes) => Buffer.from(bytes).readFloatLE());
  return {
    wallTime: Buffer.from(event.bytes(1)[0]!).readDoubleLE(),
    step: Number(event.varints(2)[0] ?? 0n),
    fileVersion: event.strings(3)[0],
    tag: value?.strings(1)[0],
    value: floats?.[0],
  };
}

/** The mask of the format, in big integers: another way to the same numbers than the writer's. */
function masked(data: Uint8Array): number {
  const checksum = BigInt(crc32c(data));
  return Number(BigInt.asUintN(32, ((checksum >> 15n) | (checksum << 17n)) + 0xa282ead8n));
}
