/** gzip in memory, with a limit on what comes out. */
import { gunzipSync } from "node:zlib";
import { PatinaError } from "../errors.ts";
import { damaged, foreign, hostile } from "./refusal.ts";

/** Whether the bytes start as gzip does. */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unpacks gzip data of at most `limitBytes`; its checksum is verified.
 * @throws PatinaError `file-foreign`, `file-damaged` (truncated, altered), `file-hostile` (larger than the limit).
 */
export function gunzipBounded(bytes: Uint8Array, limitBytes: number, name: string): Buffer {
  if (!isGzip(bytes)) throw foreign(name, "gzip data", bytes);
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, limitBytes) });
  } catch (cause) {
    throw unpackingError(cause, name, limitBytes);
  }
}

/** What to tell when zlib refused. */
export function unpackingError(cause: unknown, name: string, limitBytes: number): PatinaError {
  if (cause instanceof PatinaError) return cause;
  const reason = (cause as NodeJS.ErrnoException).code;
  if (reason === "ERR_BUFFER_TOO_LARGE")
    return hostile(name, `unpacks to more than the ${limitBytes} bytes that are allowed here`);
  if (reason === "Z_BUF_ERROR") return damaged(name, "its compressed data is truncated");
  return damaged(name, `its compressed data is altered (${(cause as Error).message})`);
}
