/** Disks that are smaller than they are, for tests of what asks for room before it writes, and of what then runs out of it. */
import fs from "node:fs";
import { withMocked } from "../mocked-system.ts";

/** Runs something while every disk says that `bytes` bytes are free; nothing is in the way of writing more. */
export function withFreeSpace<T>(bytes: number, run: () => Promise<T>): Promise<T> {
  return withMocked("statfsSync", () => ({ bavail: bytes, bsize: 1 }), run);
}

/** Runs something while `bytes` bytes can be written in all: what goes beyond meets a full disk. */
export function withRoomFor<T>(bytes: number, run: () => Promise<T>): Promise<T> {
  const { writeSync } = fs;
  let left = bytes;
  const write = (file: number, content: Uint8Array, offset: number, length: number, position: number | null) => {
    left -= length;
    if (left < 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    return writeSync(file, content, offset, length, position);
  };
  return withMocked("writeSync", write, run);
}
