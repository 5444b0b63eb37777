/** The folder of a benchmark that is being made: which of its pieces are whole. The manifest on disk always says just that. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { CLAIM, claimFolder } from "../claim.ts";
import { findCorruption } from "../corrupt/registry.ts";
import { tableOf } from "../corrupt/table.ts";
import type { DataSettings } from "../data/progress.ts";
import { PatinaError } from "../errors.ts";
import { makeFolder, writeAtomically } from "../files.ts";
import { publishedNames } from "./cells.ts";
import { follow } from "./follow.ts";
import { notesOf } from "./generated.ts";
import { type BenchmarkManifest, MANIFEST_NAME, type Piece, readBenchmarkManifest } from "./manifest.ts";
import { isWhole } from "./pieces.ts";

/** All of a manifest that is known before anything is made. */
export type BenchmarkHead = Omit<BenchmarkManifest, "notes" | "corruptions">;

/** Names that `temporaryFor` gives: what a killed process left. */
const LEFT_BEHIND = /^\..+\.[0-9a-f]{12}\.tmp$/;

export class MadeFolder {
  private readonly path: string;
  private readonly head: BenchmarkHead;
  /** Those that are whole, by their path. */
  private readonly pieces: Map<string, Piece>;
  /** Lets other processes have the folder. */
  readonly close: () => void;

  /**
   * Opens a new or empty folder, or one of the same benchmark; each of its pieces is read and compared with its sum.
   * @throws PatinaError `file-exists` where it holds something else, or another process writes to it; `file-system`;
   * `interrupted`
   */
  static async open(path: string, head: BenchmarkHead, settings: DataSettings): Promise<MadeFolder> {
    makeFolder(path);
    const close = claimFolder(path, "file-exists");
    try {
      const before = readBenchmarkManifest(path);
      if (before === undefined) checkEmpty(path);
      else checkSameHead(path, before, head);
      removeLeftBehind(path);
      const folder = new MadeFolder(path, head, before ? await wholePieces(path, before, settings) : [], close);
      folder.write();
      return folder;
    } catch (error) {
      close();
      throw error;
    }
  }

  private constructor(path: string, head: BenchmarkHead, pieces: readonly Piece[], close: () => void) {
    this.path = path;
    this.head = head;
    this.pieces = new Map(pieces.map((piece) => [piece.path, piece]));
    this.close = close;
  }

  has(path: string): boolean {
    return this.pieces.has(path);
  }

  /** Notes a piece that has just been written whole. */
  add(piece: Piece): void {
    this.pieces.set(piece.path, piece);
    this.write();
  }

  get manifest(): BenchmarkManifest {
    const { head } = this;
    const [height, width, channels] = head.data.shape;
    const shape = { height, width, channels };
    const table = tableOf(shape);
    const corruptions = publishedNames.flatMap((name) => {
      const pieces = [...this.pieces.values()].filter(
        ({ path }) => path === `${name}.npy` || path.startsWith(`${name}/`),
      );
      if (pieces.length === 0) return [];
      const { constants } = findCorruption(name);
      pieces.sort((a, b) => (a.path < b.path ? -1 : 1));
      return [{ name, constants: head.severities.map((severity) => constants[table][severity - 1]), pieces }];
    });
    const names = corruptions.map(({ name }) => name);
    return { ...head, notes: notesOf(shape, head.frost, names), corruptions };
  }

  private write(): void {
    writeAtomically(join(this.path, MANIFEST_NAME), `${JSON.stringify(this.manifest, null, 2)}\n`);
  }
}

/** Those that are as they were written. One after another, so that a large benchmark can be stopped meanwhile. */
async function wholePieces(
  path: string,
  { layout, corruptions }: BenchmarkManifest,
  settings: DataSettings,
): Promise<Piece[]> {
  const pieces = corruptions.flatMap((corruption) => corruption.pieces);
  const total = pieces.reduce((sum, { pictures }) => sum + pictures, 0);
  const tell = follow(`checking ${path}`, 0, total, settings);
  const whole: Piece[] = [];
  for (const piece of pieces) {
    await setImmediate();
    if (settings.signal?.aborted) throw new PatinaError("interrupted", `${path}: stopped while it was checked.`);
    if (isWhole(path, layout, piece)) whole.push(piece);
    tell(piece.pictures);
  }
  return whole;
}

function checkEmpty(path: string): void {
  const [first] = readdirSync(path).filter((name) => !LEFT_BEHIND.test(name) && !CLAIM.test(name));
  if (first === undefined) return;
  throw new PatinaError(
    "file-exists",
    `${path}: is not empty (${first}), and holds no benchmark that could be gone on with. Name another folder.`,
  );
}

/** What must be the same, in words. The version of Patina may differ: that of the suite says whether bytes do. */
const facts: readonly [name: string, value: (head: BenchmarkHead) => string | number][] = [
  ["layout", ({ layout }) => layout],
  ["data set", ({ data }) => data.name],
  ["part", ({ data }) => data.part],
  ["size of pictures", ({ data }) => data.shape.join("x")],
  ["number of pictures", ({ data }) => data.count],
  ["classes", ({ data }) => data.classes.join(", ")],
  ["digest of the pictures", ({ data }) => data.digest],
  ["severities", ({ severities }) => severities.join(", ")],
  ["textures of frost", ({ frost }) => frost],
  ["version of the suite", ({ suite }) => suite],
  ["rule of the random numbers", ({ streams }) => streams],
  ["version of V8", ({ v8 }) => v8],
];

/** @throws PatinaError `file-exists` where they are two benchmarks: the first thing that differs is told. */
function checkSameHead(path: string, before: BenchmarkHead, head: BenchmarkHead): void {
  const differs = facts.find(([, value]) => value(before) !== value(head));
  if (differs === undefined) return;
  const [name, value] = differs;
  const shown = (one: BenchmarkHead) => `${value(one)}`.slice(0, 100);
  throw new PatinaError(
    "file-exists",
    `${path}: holds another benchmark: ${name} ${shown(before)}, now ${shown(head)}. Name another folder, or ask for the same again.`,
  );
}

function removeLeftBehind(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (LEFT_BEHIND.test(entry.name)) rmSync(join(path, entry.name), { recursive: true, force: true });
    else if (entry.isDirectory() && publishedNames.includes(entry.name)) removeLeftBehind(join(path, entry.name));
  }
}
