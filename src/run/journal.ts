/** The journal of a run: one JSON line an epoch or event, without clock times, so that two runs compare byte by byte. */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { PatinaError } from "../errors.ts";
import { syncFolder, writeAtomically, writeError, writeWhole } from "../files.ts";

/** Keys that lines have so far; more come with what is measured, so others are let through. */
export const JournalLine = z.looseObject({
  /** Epochs that are done, from 1; absent in lines of events. */
  epoch: z.int().optional(),
  /** "end": the last line of a run that came to its end. */
  event: z.string().optional(),
  /** Mean training loss of the epoch, with label smoothing. */
  loss: z.number().optional(),
  /** Learning rate of the epoch's first step. */
  learningRate: z.number().optional(),
  /** Accuracy on the held-out pictures, in [0,1]. */
  cleanAccuracy: z.number().optional(),
  /** Cross-entropy on the held-out pictures, without smoothing. */
  cleanLoss: z.number().optional(),
  /** Accuracy on held-out pictures that were corrupted, in [0,1]. */
  robustAccuracy: z.number().optional(),
  /** Accuracy on the test set, read once, in the last line. */
  testAccuracy: z.number().optional(),
  /** Cross-entropy on the test set, without smoothing. */
  testLoss: z.number().optional(),
  /** Pictures of the test set, and classes: beside them its accuracy says whether anything was learned. */
  testCount: z.int().optional(),
  classCount: z.int().optional(),
});
export type JournalLine = z.infer<typeof JournalLine>;

/**
 * A file of JSON lines that only grows. A line that was not written to its end (the machine went down) is cut off when
 * the file is opened.
 */
export class LineFile {
  readonly path: string;
  private count: number;

  constructor(path: string) {
    this.path = path;
    const { lines, isTorn } = readWholeLines(path);
    this.count = lines.length;
    if (isTorn) this.rewrite(lines);
  }

  /** Lines that are there. */
  get length(): number {
    return this.count;
  }

  /** Adds a line; it is on the disk when this returns. @throws PatinaError `file-system` where it is full; nothing is added. */
  append(line: object): void {
    try {
      const file = openSync(this.path, "a");
      const { size } = fstatSync(file);
      try {
        writeWhole(file, Buffer.from(`${JSON.stringify(line)}\n`));
        fsyncSync(file);
      } catch (cause) {
        ftruncateSync(file, size); // half a line may be there
        throw cause;
      } finally {
        closeSync(file);
      }
      if (this.count === 0) syncFolder(dirname(this.path)); // the file may be new
    } catch (cause) {
      throw writeError(this.path, cause);
    }
    this.count++;
  }

  /** Keeps the first lines only: those that a checkpoint knows. */
  truncate(count: number): void {
    if (count > this.count)
      throw new PatinaError(
        "run",
        `${this.path}: has ${this.count} lines, the checkpoint was written after ${count}. The file was cut; start the run again.`,
      );
    if (count < this.count) this.rewrite(readWholeLines(this.path).lines.slice(0, count));
  }

  private rewrite(lines: readonly string[]): void {
    writeAtomically(this.path, lines.map((line) => `${line}\n`).join(""));
    this.count = lines.length;
  }
}

/** The lines of a journal, checked. @throws PatinaError `file-damaged`, naming the line. */
export function readJournal(path: string): JournalLine[] {
  return readLines(path, JournalLine, "a journal");
}

/**
 * The whole lines of a file of JSON lines, checked; none where there is no file.
 * @param what the file is, for messages
 * @throws PatinaError `file-damaged`, naming the line.
 */
export function readLines<Schema extends z.ZodType>(path: string, schema: Schema, what: string): z.output<Schema>[] {
  return readWholeLines(path).lines.map((line, index) => {
    try {
      return schema.parse(JSON.parse(line));
    } catch (cause) {
      throw new PatinaError("file-damaged", `${path}, line ${index + 1}: is not a line of ${what}. Restore the file.`, {
        cause,
      });
    }
  });
}

/** What ends with a line feed; the rest was torn off. */
function readWholeLines(path: string): { lines: string[]; isTorn: boolean } {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const lines = text.split("\n");
  const rest = lines.pop();
  return { lines, isTorn: rest !== "" };
}
