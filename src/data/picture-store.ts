/** Where the bytes of many equal pictures lie: in shared memory, or in one file. Workers open the same store again. */
import { closeSync } from "node:fs";
import { PatinaError } from "../errors.ts";
import { fileSize, openToRead, readWhole } from "../files.ts";

/** A store as plain data, for another thread. Nothing is copied. */
export type SharedStore =
  | { kind: "memory"; pictureBytes: number; bytes: Uint8Array<SharedArrayBuffer> }
  | { kind: "file"; pictureBytes: number; path: string; offset: number; count: number };

export interface ReadableStore {
  /** Pictures in it. */
  readonly count: number;
  /** Bytes of each. */
  readonly pictureBytes: number;
  /** Copies a picture's bytes into `target` from `offset` on. @throws PatinaError `argument` where there is none of that index. */
  readInto(index: number, target: Uint8Array, offset: number): void;
}

export interface PictureStore extends ReadableStore {
  /** What another thread opens it by: `openSharedStore`. */
  share(): SharedStore;
}

/** Pictures in shared memory, one after another. */
export class MemoryStore implements PictureStore {
  readonly count: number;
  readonly pictureBytes: number;
  readonly bytes: Uint8Array<SharedArrayBuffer>;

  constructor(bytes: Uint8Array<SharedArrayBuffer>, pictureBytes: number) {
    this.bytes = bytes;
    this.pictureBytes = pictureBytes;
    this.count = bytes.length / pictureBytes;
  }

  readInto(index: number, target: Uint8Array, offset: number): void {
    checkIndex(index, this.count);
    const start = index * this.pictureBytes;
    target.set(this.bytes.subarray(start, start + this.pictureBytes), offset);
  }

  share(): SharedStore {
    return { kind: "memory", pictureBytes: this.pictureBytes, bytes: this.bytes };
  }
}

/** Pictures in a file, read where they are asked for: memory does not grow with their number. */
export class FileStore implements PictureStore {
  readonly count: number;
  readonly pictureBytes: number;
  private readonly path: string;
  private readonly start: number;
  private readonly file: number;

  /**
   * @param offset where the first picture begins, in bytes
   * @throws PatinaError `file-damaged` where the file is shorter than `count` pictures
   */
  constructor(path: string, pictureBytes: number, count: number, offset = 0) {
    const size = fileSize(path);
    if (size < offset + count * pictureBytes)
      throw new PatinaError(
        "file-damaged",
        `${path}: truncated: ${count} pictures take ${offset + count * pictureBytes} bytes, the file has ${size}. Copy it again; one in the cache is made again where it is deleted.`,
      );
    this.count = count;
    this.pictureBytes = pictureBytes;
    this.path = path;
    this.start = offset;
    this.file = openToRead(path);
  }

  readInto(index: number, target: Uint8Array, offset: number): void {
    checkIndex(index, this.count);
    const place = target.subarray(offset, offset + this.pictureBytes);
    readWhole(this.file, place, this.start + index * this.pictureBytes, this.path);
  }

  share(): Extract<SharedStore, { kind: "file" }> {
    return { kind: "file", pictureBytes: this.pictureBytes, path: this.path, offset: this.start, count: this.count };
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.file);
  }
}

/** The store that another thread shared. */
export function openSharedStore(shared: SharedStore): PictureStore {
  return shared.kind === "memory"
    ? new MemoryStore(shared.bytes, shared.pictureBytes)
    : new FileStore(shared.path, shared.pictureBytes, shared.count, shared.offset);
}

/** All bytes of a store, whole pictures of about 1 MB at a time; each piece is valid until the next is asked for. */
export function* readPieces(store: ReadableStore): Generator<Uint8Array> {
  const { count, pictureBytes } = store;
  const perPiece = Math.min(count, Math.max(1, Math.floor((1 << 20) / pictureBytes)));
  const piece = new Uint8Array(pictureBytes * perPiece);
  for (let start = 0; start < count; start += perPiece) {
    const size = Math.min(perPiece, count - start);
    for (let place = 0; place < size; place++) store.readInto(start + place, piece, place * pictureBytes);
    yield piece.subarray(0, size * pictureBytes);
  }
}

/** Shared memory for `count` pictures; what is never written takes none. */
export function allocatePictures(count: number, pictureBytes: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(count * pictureBytes));
}

function checkIndex(index: number, count: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new PatinaError("argument", `There is no picture ${index}: the store has ${count}, from 0 on.`);
}
