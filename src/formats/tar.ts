/** tar archives, plain or packed with gzip, read as a stream. Over tar-stream. */
import { createReadStream } from "node:fs";
import { pipeline, Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Extract, extract, type Header } from "tar-stream";
import { PatinaError } from "../errors.ts";
import { fileSize, readStart } from "../files.ts";
import { isGzip, unpackingError } from "./gzip.ts";
import { checkMemberName } from "./member-name.ts";
import { damaged, foreign, hostile, quote } from "./refusal.ts";

/** A member whose bytes are still to come. */
export interface TarMember {
  /** Its path in the archive, without "./" at its start. */
  name: string;
  /** Its size. */
  bytes: number;
  /** To be read before the next member is asked for; what is not read is passed over. */
  pieces: AsyncIterable<Uint8Array>;
}

export interface TarOptions {
  /** Most bytes that a wanted member may have. */
  limitBytes: number;
  /** Asked with each name; all are wanted where it is not given. */
  want?: (name: string) => boolean;
}

const KIND = "a tar archive (.tar or .tar.gz)";
const BLOCK = 512;
/** Bytes that are read and unpacked at once: with 16 KiB it takes a third longer, with 256 KiB 20 MB more are held. */
const PIECE = 1 << 16;
/** How far an honest archive unpacks: pictures and arrays shrink by less, and small archives are harmless. */
const TOTAL_RATIO = 100;
const TOTAL_FLOOR = 64 << 20;

/**
 * Reads the files of an archive in their order, each in pieces; those that are not wanted are passed over, folders left out.
 * That the end is missing, or the checksum of gzip differs, shows only after the members before it.
 * @throws PatinaError `file-missing`, `file-foreign`, `file-damaged` (truncated, altered), `file-hostile` (links, devices,
 * names that are absolute or lead out; a member above the limit; an archive that unpacks to 100 times its size).
 */
export async function* streamTar(
  path: string,
  { limitBytes, want = () => true }: TarOptions,
): AsyncGenerator<TarMember, void, void> {
  const members = openTar(path);
  try {
    for await (const entry of members) {
      const { type, size } = entry.header;
      const name = entry.header.name.replace(/^(\.\/+)+(?=.)/, "");
      checkMemberName(name, path);
      const isFile = type === "file" || type === "contiguous-file";
      if (!isFile && type !== "directory") throw hostile(path, `its member ${quote(name)} is ${kindOf(type)}`);
      if (!isFile || !want(name)) {
        entry.resume();
        continue;
      }
      if (size > limitBytes)
        throw hostile(path, `its member ${quote(name)} has ${size} bytes; ${limitBytes} are allowed here`);
      const pieces = entry[Symbol.asyncIterator]();
      yield { name, bytes: size, pieces: piecesOf(pieces, path) };
      while (!(await pieces.next()).done); // what the caller left
    }
  } catch (cause) {
    throw tarError(cause as NodeJS.ErrnoException, path);
  }
}

async function* piecesOf(pieces: AsyncIterator<unknown>, path: string): AsyncGenerator<Uint8Array, void, void> {
  try {
    // By hand: a loop over the member that is left early would end the whole archive.
    for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) yield piece.value as Uint8Array;
  } catch (cause) {
    throw tarError(cause as NodeJS.ErrnoException, path);
  }
}

function tarError(cause: NodeJS.ErrnoException, path: string): PatinaError {
  if (cause instanceof PatinaError) return cause;
  if (cause.code?.startsWith("Z_")) return unpackingError(cause, path, 0);
  return damaged(path, `is no whole tar archive (${cause.message})`);
}

/** Names links and devices in the error; the type is null where tar-stream does not know it. */
function kindOf(type: Header["type"] | null): string {
  return `${type === null ? "of an unknown kind" : `a ${type.replace("-", " ")}`}, not a file or folder`;
}

function openTar(path: string): Extract {
  const limit = Math.max(TOTAL_FLOOR, TOTAL_RATIO * fileSize(path));
  const start = readStart(path, BLOCK);
  const isPacked = isGzip(start);
  if (!isPacked && !isTar(start)) throw foreign(path, KIND, start);
  const source = createReadStream(path, { highWaterMark: PIECE });
  const members = extract();
  const tellReader = () => {}; // an error on the way ends the members with itself: their reader throws it
  if (isPacked) pipeline(source, createGunzip({ chunkSize: PIECE }), watch(path, limit), members, tellReader);
  else pipeline(source, watch(path, limit), members, tellReader);
  return members;
}

/** Passes the archive on, refusing what is no tar, grows too large, or ends before its end. */
function watch(path: string, limit: number): Transform {
  let total = 0;
  let tail: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (total === 0 && chunk.length >= BLOCK && !isTar(chunk)) return done(foreign(path, KIND, chunk));
      total += chunk.length;
      if (total > limit) return done(hostile(path, `unpacks to more than ${limit} bytes, far beyond its size`));
      tail = Buffer.concat([tail, chunk.subarray(-BLOCK)]).subarray(-BLOCK);
      done(null, chunk);
    },
    flush(done) {
      if (total < BLOCK) return done(foreign(path, KIND, tail));
      // Blocks of zeros end an archive; without them it was cut, perhaps just between two members.
      const isWhole = total % BLOCK === 0 && tail.every((byte) => byte === 0);
      done(isWhole ? null : damaged(path, `truncated: its end is missing after ${total} bytes`));
    },
  });
}

/** Whether it starts with a header of POSIX or GNU tar; older forms are not read. */
const isTar = (start: Buffer): boolean => start.toString("latin1", 257, 262) === "ustar";
