/** Batches out of pieces that threads make a little ahead: what a piece holds depends neither on the batch nor on the threads. */
import { PatinaError } from "../errors.ts";
import { byteCount, type PictureShape } from "../pictures/picture.ts";
import type { CorruptedBatch } from "./source.ts";

/** A task of about so many bytes takes milliseconds, long beside the message that brings it. */
const PIECE_BYTES = 256 << 10;
const PIECE_PICTURES = 64;
/** Pieces that may be made or lie ready before they are asked for: what memory a source takes, beside the caller's batch. */
const AHEAD_BYTES = 32 << 20;

/** Pictures that are made one after another: a cell. */
interface Reading {
  readonly count: number;
  make(start: number, count: number): Promise<Uint8Array>;
  /** Pieces on their way, in order; those taken leave. */
  readonly pieces: Promise<Uint8Array>[];
  /** Pictures for which pieces are made or on their way. */
  asked: number;
}

export class Ahead {
  private readonly pictureBytes: number;
  private readonly piecePictures: number;
  private readonly limit: number;
  private readonly signal: AbortSignal | undefined;
  private readonly readings: Reading[] = [];
  /** Pieces made or on their way that nobody took yet. */
  private untaken = 0;

  constructor(shape: PictureShape, threads: number, signal: AbortSignal | undefined) {
    this.pictureBytes = byteCount(shape);
    this.piecePictures = Math.max(1, Math.min(PIECE_PICTURES, Math.floor(PIECE_BYTES / this.pictureBytes)));
    const pieceBytes = this.piecePictures * this.pictureBytes;
    this.limit = Math.max(2 * threads, Math.floor(AHEAD_BYTES / pieceBytes));
    this.signal = signal;
  }

  /**
   * Batches of the pictures that `make` makes, [count,H,W,C] bytes of those from `start` on. They are begun at once, behind
   * those of the readings asked for before: who asks for the next cell early finds it begun.
   */
  read(labels: Uint16Array, batch: number, make: Reading["make"]): AsyncIterable<CorruptedBatch> {
    if (!(Number.isInteger(batch) && batch > 0))
      throw new PatinaError("argument", `A batch of ${batch} pictures cannot be read. Give a whole number above 0.`);
    const reading: Reading = { count: labels.length, make, pieces: [], asked: 0 };
    this.readings.push(reading);
    this.fill();
    return this.batches(reading, labels, batch);
  }

  private async *batches(reading: Reading, labels: Uint16Array, batch: number): AsyncGenerator<CorruptedBatch> {
    const { pictureBytes } = this;
    const bytes = new Uint8Array(Math.min(batch, reading.count) * pictureBytes);
    let left = new Uint8Array(0); // of a piece that reaches into the next batch
    try {
      for (let start = 0; start < reading.count; start += batch) {
        const count = Math.min(batch, reading.count - start);
        for (let done = 0; done < count * pictureBytes; ) {
          if (left.length === 0) left = await this.take(reading);
          const part = left.subarray(0, Math.min(left.length, count * pictureBytes - done));
          bytes.set(part, done);
          done += part.length;
          left = left.subarray(part.length);
        }
        yield { bytes: bytes.subarray(0, count * pictureBytes), labels: labels.subarray(start, start + count), count };
      }
    } finally {
      this.drop(reading);
    }
  }

  private async take(reading: Reading): Promise<Uint8Array<ArrayBuffer>> {
    if (this.signal?.aborted) throw new PatinaError("interrupted", "Stopped while corrupted pictures were read.");
    if (reading.pieces.length === 0) this.ask(reading); // another reading has all that may be made ahead
    const coming = reading.pieces.shift()!;
    this.untaken--; // before the wait: a piece that fails is taken too
    const piece = await coming;
    this.fill();
    return piece as Uint8Array<ArrayBuffer>;
  }

  /** Whoever stops in the middle leaves nothing behind that counts against later ones. */
  private drop(reading: Reading): void {
    this.untaken -= reading.pieces.length;
    reading.pieces.length = 0;
    this.readings.splice(this.readings.indexOf(reading), 1);
    this.fill();
  }

  private fill(): void {
    for (const reading of this.readings)
      while (this.untaken < this.limit && reading.asked < reading.count) this.ask(reading);
  }

  private ask(reading: Reading): void {
    const count = Math.min(this.piecePictures, reading.count - reading.asked);
    const piece = reading.make(reading.asked, count);
    piece.catch(() => undefined); // told where it is taken; until then it is no unhandled rejection
    reading.pieces.push(piece);
    reading.asked += count;
    this.untaken++;
  }
}
