/** Brings the files that belong to a release into a folder, from an archive or from another folder. */
import { closeSync, existsSync, openSync, readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PatinaError } from "../errors.ts";
import { fileSize, guardWrite, makeFolder, readInPieces, writeWhole } from "../files.ts";
import { damaged } from "../formats/refusal.ts";
import { streamTar } from "../formats/tar.ts";
import { openZip } from "../formats/zip.ts";
import { isZip } from "./archive-members.ts";
import { checkFreeSpace } from "./free-space.ts";
import type { Release } from "./known-data-set.ts";
import { type DataSettings, REPORT_MS } from "./progress.ts";

/** Of one file: CIFAR-100's training pictures have 154 MB. */
const MEMBER_LIMIT = 256 << 20;

/**
 * Unpacks from a zip or tar what belongs to the first of the releases of which something is there; answers which.
 * Members may lie in the archive as in the release's folder, or in any folder.
 * @throws PatinaError `file-foreign` where there is nothing of any release; `interrupted`; otherwise as `openZip`,
 * `streamTar`.
 */
export async function unpackMembers(
  archive: string,
  releases: readonly Release[],
  target: string,
  settings: DataSettings,
): Promise<Release> {
  const chooser = new Chooser(archive, releases);
  const writer = new Writer(`unpacking ${archive}`, target, settings);
  await (isZip(archive) ? unpackZip : unpackTar)(archive, chooser, writer);
  await writer.sync();
  return chooser.release();
}

async function unpackZip(archive: string, chooser: Chooser, writer: Writer): Promise<void> {
  const zip = await openZip(archive);
  try {
    const members = zip.members.flatMap((member) => {
      const path = chooser.choose(member.name) ?? chooser.choose(withoutFolder(member.name));
      return path === undefined ? [] : [{ ...member, path }];
    });
    writer.expect(
      members.length,
      members.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    for (const { name, path } of members) await writer.write(path, [await zip.read(name, MEMBER_LIMIT)]);
  } finally {
    zip.close();
  }
}

async function unpackTar(archive: string, chooser: Chooser, writer: Writer): Promise<void> {
  const pathOf = (name: string) => chooser.choose(name) ?? chooser.choose(withoutFolder(name));
  const want = (name: string) => pathOf(name) !== undefined;
  for await (const { name, pieces } of streamTar(archive, { limitBytes: MEMBER_LIMIT, want }))
    await writer.write(pathOf(name)!, pieces);
}

/** As `unpackMembers`, from a folder, where the files lie as in the release's own. */
export async function copyMembers(
  folder: string,
  releases: readonly Release[],
  target: string,
  settings: DataSettings,
): Promise<Release> {
  const chooser = new Chooser(folder, releases);
  const writer = new Writer(`copying ${folder}`, target, settings);
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => chooser.choose(name));
  writer.expect(
    paths.length,
    paths.reduce((sum, path) => sum + fileSize(join(folder, path)), 0),
  );
  for (const path of paths) await writer.write(path, readInPieces(join(folder, path)));
  await writer.sync();
  return chooser.release();
}

const withoutFolder = (name: string): string => name.replace(/^[^/]*\//, "");

/** Which files belong to a release: the first one that belongs to any decides for all. */
class Chooser {
  private readonly origin: string;
  private candidates: readonly Release[];
  private isDecided = false;

  constructor(origin: string, releases: readonly Release[]) {
    this.origin = origin;
    this.candidates = releases;
  }

  /** The path, where it belongs. */
  choose(path: string): string | undefined {
    const release = this.candidates.find(({ member }) => member.test(path));
    if (release === undefined) return undefined;
    this.candidates = [release];
    this.isDecided = true;
    return path;
  }

  release(): Release {
    const [release] = this.candidates;
    if (this.isDecided) return release!;
    throw new PatinaError(
      "file-foreign",
      `${this.origin}: holds no file of ${this.candidates.map(({ folder }) => `${folder}/`).join(" or ")}. Name another archive or folder.`,
    );
  }
}

/** Writes files below a folder, and tells how far it is. */
class Writer {
  private readonly what: string;
  private readonly target: string;
  private readonly settings: DataSettings;
  private readonly folders = new Set<string>();
  private readonly files: string[] = [];
  private total: number | undefined;
  private told = performance.now();

  constructor(what: string, target: string, settings: DataSettings) {
    this.what = what;
    this.target = target;
    this.settings = settings;
  }

  /** Says how much will come, where that is known. @throws PatinaError `file-system` where the disk is too small. */
  expect(files: number, bytes: number): void {
    checkFreeSpace(this.target, bytes, this.what);
    this.total = files;
  }

  async write(path: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    if (this.settings.signal?.aborted)
      throw new PatinaError("interrupted", `${this.what}: stopped. Nothing was left half-written.`);
    const whole = join(this.target, path);
    const folder = dirname(whole);
    if (!this.folders.has(folder)) makeFolder(folder);
    this.folders.add(folder);
    await writePieces(whole, pieces);
    this.files.push(whole);
    this.tell();
  }

  /** Waits until all files are on the disk. At the end, several at a time: a hundred thousand one by one take minutes. */
  async sync(): Promise<void> {
    const left = this.files.values();
    const syncSome = async () => {
      for (const path of left) {
        const file = await open(path, "r");
        await file.sync();
        await file.close();
      }
    };
    await Promise.all(Array.from({ length: 8 }, syncSome));
  }

  private tell(): void {
    if (performance.now() - this.told < REPORT_MS) return;
    this.told = performance.now();
    const { what, total } = this;
    this.settings.report?.({ kind: "wait", what, done: this.files.length, total, unit: "files" });
  }
}

async function writePieces(path: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
  if (existsSync(path)) throw damaged(path, "comes twice, or another name differs from it in capital letters only");
  const file = guardWrite(path, () => openSync(path, "wx"));
  try {
    for await (const piece of pieces) guardWrite(path, () => writeWhole(file, piece));
  } finally {
    closeSync(file);
  }
}
