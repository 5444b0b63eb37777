/** A cursor over bytes in memory: every read is checked, every error names the offset. */
import { damaged } from "./refusal.ts";

/** Half of what V8 holds as one string. */
const LINE_LIMIT = 1 << 28;

/** Little-endian unless the name says otherwise. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly name: string;
  position: number;
  readonly #view: DataView;

  /** @param name what is read, for messages: a path, or a member of an archive. */
  constructor(bytes: Uint8Array, name: string, position = 0) {
    this.bytes = bytes;
    this.name = name;
    this.position = position;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** The next `count` bytes, as a view. @throws PatinaError `file-damaged` where the bytes end before. */
  take(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.bytes.subarray(start, start + count);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  uint32BigEndian(): number {
    return this.#view.getUint32(this.#advance(4), false);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** @throws PatinaError `file-damaged` beyond 2^53, where a count is nonsense anyway. */
  uint64(): number {
    const at = this.#advance(8);
    const value = this.#view.getBigUint64(at, true);
    if (value <= Number.MAX_SAFE_INTEGER) return Number(value);
    throw damaged(this.name, `the 64-bit number at byte ${at} is ${value}, which no file needs`);
  }

  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** The bytes up to the next line feed, which is passed over, as Latin-1 text. */
  line(): string {
    const end = this.bytes.indexOf(10, this.position);
    if (end < 0) throw damaged(this.name, `a line that starts at byte ${this.position} has no end`);
    if (end - this.position > LINE_LIMIT)
      throw damaged(this.name, `a line that starts at byte ${this.position} is longer than ${LINE_LIMIT} bytes`);
    const text = Buffer.from(this.take(end - this.position)).toString("latin1");
    this.position++;
    return text;
  }

  /** Moves on by `count` bytes; answers where the cursor stood. */
  #advance(count: number): number {
    const start = this.position;
    if (count < 0 || count > this.bytes.length - start)
      throw damaged(this.name, `truncated: ${count} bytes expected at byte ${start}, ${this.remaining} are there`);
    this.position = start + count;
    return start;
  }
}
