/** The folder of a benchmark that is being made: which of its pieces are whole. The manifest on disk always says just that. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { findCorruption } from "../corrupt/registry.ts";
import { tableOf } from "../corrupt/table.ts";
import { PatinaError } from "../errors.ts";
import { makeFolder, writeAtomically } from "../files.ts";
import { publishedNames } from "./cells.ts";
import { type BenchmarkManifest, MANIFEST_NAME, type Piece, readBenchmarkManifest } from "./manifest.ts";
import { isArrayWhole } from "./write-array.ts";
import { isFolderWhole } from "./write-folder.ts";

/** All of a manifest that is known before anything is made. */
export type BenchmarkHead = Omit<BenchmarkManifest, "corruptions">;

/** Names that `temporaryFor` gives: what a killed process left. */
const LEFT_BEHIND = /^\..+\.[0-9a-f]{12}\.tmp$/;

export class MadeFolder {
  private readonly path: string;
  private readonly head: BenchmarkHead;
  /** Those that are whole, by their path. */
  private readonly pieces = new Map<string, Piece>();

  /**
   * Opens a new or empty folder, or one of the same benchmark; each of its pieces is read and compared with its sum.
   * @throws PatinaError `file-exists` where it holds something else; `file-system`
   */
  constructor(path: string, head: BenchmarkHead) {
    this.path = path;
    this.head = head;
    makeFolder(path);
    const before = readBenchmarkManifest(path);
    if (before === undefined) checkEmpty(path);
    else checkSameHead(path, before, head);
    removeLeftBehind(path);
    const isWhole = head.layout === "npy" ? isArrayWhole : isFolderWhole;
    for (const piece of (before?.corruptions ?? []).flatMap(({ pieces }) => pieces))
      if (isWhole(path, piece)) this.pieces.set(piece.path, piece);
    this.write();
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
    const table = tableOf({ height, width, channels });
    const corruptions = publishedNames.flatMap((name) => {
      const pieces = [...this.pieces.values()].filter(
        ({ path }) => path === `${name}.npy` || path.startsWith(`${name}/`),
      );
      if (pieces.length === 0) return [];
      const { constants } = findCorruption(name);
      pieces.sort((a, b) => (a.path < b.path ? -1 : 1));
      return [{ name, constants: head.severities.map((severity) => constants[table][severity - 1]), pieces }];
    });
    return { ...head, corruptions };
  }

  private write(): void {
    writeAtomically(join(this.path, MANIFEST_NAME), `${JSON.stringify(this.manifest, null, 2)}\n`);
  }
}

function checkEmpty(path: string): void {
  const [first] = readdirSync(path).filter((name) => !LEFT_BEHIND.test(name));
  if (first === undefined) return;
  throw new PatinaError(
    "file-exists",
    `${path}: is not empty (${first}), and holds no benchmark that could be gone on with. Name another folder.`,
  );
}

/** The version of Patina may differ: that of the suite says whether bytes do. */
function checkSameHead(path: string, before: BenchmarkHead, head: BenchmarkHead): void {
  const keys = (Object.keys(head) as (keyof BenchmarkHead)[]).filter((key) => key !== "patina");
  const differs = keys.find((key) => !isDeepStrictEqual(before[key], head[key]));
  if (differs === undefined) return;
  const text = (value: unknown) => JSON.stringify(value).slice(0, 200);
  throw new PatinaError(
    "file-exists",
    `${path}: holds another benchmark: its ${differs} is ${text(before[differs])}, now it would be ${text(head[differs])}. Name another folder.`,
  );
}

function removeLeftBehind(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (LEFT_BEHIND.test(entry.name)) rmSync(join(path, entry.name), { recursive: true, force: true });
    else if (entry.isDirectory() && publishedNames.includes(entry.name)) removeLeftBehind(join(path, entry.name));
  }
}
