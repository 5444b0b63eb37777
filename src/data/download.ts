/** Fetches one file: from several hosts, resuming what was begun, believing none of them before its checksum fits. */
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { PatinaError } from "../errors.ts";
import { guardWrite, makeFolder, moveIntoPlace, sha256File, writeWhole } from "../files.ts";
import { describeStart } from "../formats/refusal.ts";
import { checkFreeSpace, megabytes } from "./free-space.ts";
import type { RemoteFile } from "./known-data-set.ts";
import { type DataSettings, REPORT_MS } from "./progress.ts";

/** How often all hosts are asked again where each round brought more bytes: connections break in the midst of large files. */
const ROUNDS = 20;

/**
 * Fetches a file into a folder, unless it is there and whole; returns its path. What comes in is kept in `NAME.part`,
 * from where the next call goes on.
 * @throws PatinaError `network` where no host gave it, with the reason of each; `interrupted`; `file-system`.
 */
export async function download(file: RemoteFile, folder: string, settings: DataSettings): Promise<string> {
  makeFolder(folder);
  const path = join(folder, file.name);
  const part = `${path}.part`;
  if (existsSync(path) && isOfficial(path, file)) return path;
  rmSync(path, { force: true });
  if (sizeOf(part) > file.bytes) rmSync(part);
  checkFreeSpace(folder, file.bytes - sizeOf(part), file.name);
  let reasons: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = sizeOf(part);
    reasons = [];
    for (const url of file.urls) {
      try {
        await fetchFrom(url, file, part, settings);
        if (isOfficial(part, file)) {
          moveIntoPlace(part, path);
          return path;
        }
        reasons.push(`${url}: sent other bytes: their sha256 is not ${file.sha256}`);
        rmSync(part);
      } catch (cause) {
        if (settings.signal?.aborted) throw stopped(part, file);
        if (cause instanceof PatinaError && cause.code === "file-system") throw cause;
        reasons.push(`${url}: ${reasonOf(cause)}`);
      }
    }
    const isRefuted = before > 0 && sizeOf(part) === 0; // what was begun was wrong: once more from the start
    if (sizeOf(part) <= before && !isRefuted) break;
  }
  throw new PatinaError("network", `${file.name}: cannot be fetched.\n  ${reasons.join("\n  ")}${kept(part, file)}`);
}

/** Whether a file is what was published, by its size and sha256. */
export function isOfficial(path: string, { bytes, sha256 }: RemoteFile): boolean {
  return sizeOf(path) === bytes && sha256File(path) === sha256;
}

/** Adds to the part until it has all its bytes. @throws what stands for the reason; whole bytes stay in the part. */
async function fetchFrom(url: string, file: RemoteFile, part: string, { report, signal }: DataSettings): Promise<void> {
  let done = sizeOf(part);
  if (done === file.bytes) return;
  // Otherwise a host may pack what is packed already, and `fetch` would unpack both; with a range it asks so by itself.
  const headers: Record<string, string> = done > 0 ? { range: `bytes=${done}-` } : { "accept-encoding": "identity" };
  const response = await fetch(url, { headers, signal: signal ?? null });
  if (response.status === 200) done = 0; // it starts anew
  try {
    checkAnswer(response, file, done);
  } catch (refusal) {
    await response.body?.cancel(); // its connection would keep the process alive
    throw refusal;
  }
  const output = guardWrite(part, () => openSync(part, done === 0 ? "w" : "a"));
  const tell = () => report?.({ kind: "wait", what: `fetching ${file.name}`, done, total: file.bytes, unit: "bytes" });
  let told = 0;
  try {
    for await (const chunk of response.body ?? []) {
      if (done === 0 && describeStart(chunk) === "an HTML page") throw new Refusal("answers an HTML page");
      if (done + chunk.length > file.bytes) throw new Refusal(`sends more than the ${file.bytes} bytes of the file`);
      guardWrite(part, () => writeWhole(output, chunk));
      done += chunk.length;
      if (performance.now() - told > REPORT_MS) {
        tell();
        told = performance.now();
      }
    }
    fsyncSync(output);
  } catch (cause) {
    if (cause instanceof Refusal) rmSync(part, { force: true });
    throw cause;
  } finally {
    closeSync(output);
  }
  tell();
  if (done < file.bytes) throw new Refusal(`ends after ${done} of ${file.bytes} bytes`);
}

/** What is wrong with an answer, as words that follow the host. */
class Refusal extends Error {}

/** @throws Refusal where the answer is not the file, or not the part of it that is missing. */
function checkAnswer({ status, headers }: Response, { bytes }: RemoteFile, done: number): void {
  if (status !== 200 && status !== 206) throw new Refusal(`answers ${status}`);
  if (/\bhtml\b/i.test(headers.get("content-type") ?? "")) throw new Refusal("answers an HTML page");
  const range = headers.get("content-range");
  if (status === 206 && range !== `bytes ${done}-${bytes - 1}/${bytes}`)
    throw new Refusal(`sends ${range}, where bytes ${done}-${bytes - 1}/${bytes} are asked for`);
  const length = headers.get("content-length");
  if (length !== null && Number(length) !== bytes - done)
    throw new Refusal(`its file has ${Number(length) + done} bytes, ${bytes} are expected`);
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** `fetch` says "fetch failed" or "terminated", and the reason stands in its cause. */
function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const { cause } = error as { cause?: unknown };
  const reason = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : undefined;
  return reason ?? (error instanceof Error ? error.message : String(error));
}

const stopped = (part: string, file: RemoteFile): PatinaError =>
  new PatinaError("interrupted", `${file.name}: stopped.${kept(part, file)}`);

function kept(part: string, { bytes }: RemoteFile): string {
  const size = sizeOf(part);
  if (size === 0) return "";
  return `\n${part} keeps ${megabytes(size)} of ${megabytes(bytes)}: the same command goes on from there.`;
}
