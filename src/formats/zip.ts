/** zip archives (.zip, .npz, .pt), read member by member; large ones (zip64) too. Over yauzl. */
import { closeSync, readSync } from "node:fs";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile as ZipDirectory,
} from "yauzl";
import { PatinaError } from "../errors.ts";
import { fileSize, openToRead, readStart } from "../files.ts";
import { checkMemberName } from "./member-name.ts";
import { damaged, foreign, hostile, quote } from "./refusal.ts";

export interface ZipMember {
  readonly name: string;
  /** Unpacked. */
  readonly bytes: number;
  /** Whether its bytes stand in the archive as they are. */
  readonly isStored: boolean;
}

const STORED = 0;
const DEFLATED = 8;
/** More than this deflate cannot pack into a byte (zlib's technical details, zlib.net/zlib_tech.html). */
const DEFLATE_RATIO = 1032;
/** Bytes of a local header before the name. */
const LOCAL_HEADER = 30;
/** Bytes that are read at once. */
const PIECE = 1 << 18;
/** Several times the files of ImageNet; each member takes memory before any is read. */
const MEMBER_LIMIT = 4 << 20;

/**
 * Opens an archive and checks its directory: names, sizes, that no member lies inside another or beyond the file. Members
 * are the files; folders are left out. To be closed by the caller.
 * @throws PatinaError `file-missing`, `file-foreign` (no zip), `file-damaged`, `file-hostile` (names that are absolute,
 * lead out or come twice; encrypted or overlapping members; sizes that no packing reaches).
 */
export async function openZip(path: string): Promise<ZipFile> {
  const start = readStart(path, 512);
  if (start.toString("latin1", 0, 2) !== "PK") throw foreign(path, "a zip archive", start);
  const reader = new FileReader(path);
  try {
    const options = { autoClose: false, lazyEntries: true, decodeStrings: false, strictFileNames: true };
    const zip = await fromRandomAccessReaderPromise(reader, reader.size, options);
    if (zip.entryCount > MEMBER_LIMIT)
      throw hostile(path, `claims ${zip.entryCount} members; ${MEMBER_LIMIT} are allowed`);
    const entries = new Map<string, Entry>();
    const all: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      all.push(entry);
      const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
      const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
      checkMemberName(name, path);
      checkEntry(entry, name, path);
      if (entries.has(name)) throw hostile(path, `has two members named ${quote(name)}`);
      if (!name.endsWith("/")) entries.set(name, entry);
    }
    checkPlaces(all, reader.size, path);
    return new ZipFile(path, zip, entries);
  } catch (cause) {
    reader.close();
    throw cause instanceof PatinaError ? cause : damaged(path, `its directory is damaged (${messageOf(cause)})`);
  }
}

function checkEntry(entry: Entry, name: string, path: string): void {
  const { compressedSize: packed, uncompressedSize: bytes } = entry;
  if (entry.isEncrypted())
    throw hostile(path, `its member ${quote(name)} is encrypted`, "Pack it again without a password.");
  if (!Number.isSafeInteger(bytes) || (entry.compressionMethod === DEFLATED && bytes > packed * DEFLATE_RATIO))
    throw hostile(
      path,
      `its member ${quote(name)} claims ${bytes} bytes from ${packed} packed ones, which is impossible`,
    );
}

/**
 * Members that share bytes make small archives unpack to huge ones (Fifield 2019, "A better zip bomb"). Within the file
 * a size is worth something: memory is taken by it.
 */
function checkPlaces(entries: readonly Entry[], fileBytes: number, path: string): void {
  const inOrder = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const { relativeOffsetOfLocalHeader: start, fileNameLength, compressedSize } of inOrder) {
    if (start < end) throw hostile(path, `two of its members overlap at byte ${start}`);
    end = start + LOCAL_HEADER + fileNameLength + compressedSize;
    if (end > fileBytes)
      throw damaged(path, `its member at byte ${start} would end at byte ${end}, the file has ${fileBytes}`);
  }
}

/** An open archive. Its members may be read at the same time. */
export class ZipFile {
  readonly path: string;
  readonly members: readonly ZipMember[];
  readonly #zip: ZipDirectory;
  readonly #entries: ReadonlyMap<string, Entry>;

  /** For `openZip`. */
  constructor(path: string, zip: ZipDirectory, entries: ReadonlyMap<string, Entry>) {
    this.path = path;
    this.#zip = zip;
    this.#entries = entries;
    this.members = [...entries].map(([name, { uncompressedSize, compressionMethod }]) => {
      return { name, bytes: uncompressedSize, isStored: compressionMethod === STORED };
    });
  }

  /**
   * The whole of a member. Its size is checked before memory is taken, its checksum after.
   * @throws PatinaError `file-foreign` (no such member), `file-hostile` (more than `limitBytes`), `file-damaged`.
   */
  async read(name: string, limitBytes: number): Promise<Uint8Array> {
    const entry = this.#entry(name);
    const size = entry.uncompressedSize;
    if (size > limitBytes)
      throw hostile(this.path, `its member ${quote(name)} has ${size} bytes; ${limitBytes} are allowed here`);
    const bytes = new Uint8Array(size);
    let done = 0;
    for await (const piece of this.pieces(name)) {
      bytes.set(piece, done); // yauzl has checked that no more comes than the directory says
      done += piece.length;
    }
    return bytes;
  }

  /** The first bytes of a member, `count` at most; without its checksum. @throws as `read`. */
  async readStart(name: string, count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let done = 0;
    for await (const piece of this.pieces(name)) {
      parts.push(piece);
      done += piece.length;
      if (done >= count) break;
    }
    return Buffer.concat(parts).subarray(0, count);
  }

  /** The unpacked bytes of a member of any size; its checksum is compared after the last piece. @throws as `read` */
  async *pieces(name: string): AsyncGenerator<Uint8Array, void, void> {
    const entry = this.#entry(name);
    if (!entry.canDecodeFileData())
      throw new PatinaError(
        "file-foreign",
        `${this.path}: its member ${quote(name)} is packed by method ${entry.compressionMethod}; stored and deflated ones are read. Pack it again as an ordinary zip.`,
      );
    let checksum = 0;
    try {
      const stream: Readable = await this.#zip.openReadStreamPromise(entry);
      for await (const chunk of stream) {
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    } catch (cause) {
      throw this.#damaged(name, cause);
    }
    if (checksum !== entry.crc32)
      throw damaged(this.path, `its member ${quote(name)} is altered: its checksum differs`);
  }

  /**
   * Where the bytes of a stored member start in the archive's file.
   * @throws PatinaError `argument` where it is packed, `file-foreign`, `file-damaged`.
   */
  async storedOffset(name: string): Promise<number> {
    const entry = this.#entry(name);
    if (entry.compressionMethod !== STORED)
      throw new PatinaError("argument", `${this.path}: its member ${quote(name)} is packed. Read it with read().`);
    try {
      return (await this.#zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
    } catch (cause) {
      throw this.#damaged(name, cause);
    }
  }

  close(): void {
    this.#zip.close();
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    const names = [...this.#entries.keys()];
    const list = names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
    throw new PatinaError(
      "file-foreign",
      `${this.path}: has no member ${quote(name)}; it has ${list || "none"}. Name another file.`,
    );
  }

  #damaged(name: string, cause: unknown): PatinaError {
    return damaged(this.path, `its member ${quote(name)} is damaged (${messageOf(cause)})`);
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/**
 * The file under yauzl. Its own reader hands positions from the file to Node unchecked, which throws where nobody can
 * catch; it also opens a stream for every few bytes.
 */
class FileReader extends RandomAccessReader {
  readonly size: number;
  readonly #file: number;
  #isOpen = true;

  constructor(path: string) {
    super();
    this.size = fileSize(path);
    this.#file = openToRead(path);
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    callback(this.#readWhole(buffer, offset, length, position));
  }

  #readWhole(buffer: Buffer, offset: number, length: number, position: number): Error | null {
    try {
      const isInside = position >= 0 && position + length <= this.size;
      const count = isInside ? readSync(this.#file, buffer, offset, length, position) : 0;
      return count === length ? null : new Error(`${length} bytes expected at byte ${position} of ${this.size}`);
    } catch (cause) {
      return cause as Error;
    }
  }

  override _readStreamForRange(start: number, end: number): Readable {
    // Not a stream of Node's on the descriptor: that one closes it when it is destroyed, whatever autoClose says.
    return Readable.from(this.#pieces(start, end), { objectMode: false });
  }

  *#pieces(start: number, end: number): Generator<Buffer> {
    for (let at = start; at < end; at += PIECE) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, end - at));
      const error = this.#readWhole(piece, 0, piece.length, at);
      if (error !== null) throw error;
      yield piece;
    }
  }

  override close(callback?: (error: Error | null) => void): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
    callback?.(null);
  }
}
