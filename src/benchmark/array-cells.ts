/** The layout of CIFAR-10-C: an array a corruption, the severities in equal blocks, and `labels.npy`. Source: metrics.md 8. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Severity } from "../corrupt/define.ts";
import { LABELS_LIMIT, labelsOf, shapeOf } from "../data/arrays.ts";
import { shapeText } from "../data/picture-set.ts";
import { FileStore } from "../data/picture-store.ts";
import { PatinaError } from "../errors.ts";
import { fileSize, readBounded } from "../files.ts";
import { readNpy, readNpyFileHeader } from "../formats/npy.ts";
import { byteCount } from "../pictures/picture.ts";
import type { Cells, CorruptedData } from "./cells.ts";

export const arrayOf = (folder: string, corruption: string): string => join(folder, `${corruption}.npy`);

/**
 * Opens the arrays of these corruptions; their pictures are read where they lie, by ranges.
 * @throws PatinaError `file-missing`, `file-foreign`, `file-damaged`, `file-hostile`; `data` where they do not fit.
 */
export function openArrayCells(
  folder: string,
  corruptions: readonly string[],
  severities: readonly Severity[],
  data: CorruptedData,
): Cells {
  const { test } = data;
  const pictureBytes = byteCount(test);
  checkLabels(join(folder, "labels.npy"), severities.length, data);
  const stores = new Map<string, FileStore>();
  const stamps = new Map<string, string>(); // taken with the files, before they are read
  for (const corruption of corruptions) {
    const path = arrayOf(folder, corruption);
    const header = readNpyFileHeader(path);
    const shape = shapeText(shapeOf(header, path));
    if (shape !== shapeText(test))
      throw new PatinaError(
        "data",
        `${path}: its pictures are ${shape}, those of ${data.name} ${shapeText(test)} (height x width x channels). Name the files of ${data.name}.`,
      );
    checkRows(path, header.shape[0]!, severities.length, data);
    stamps.set(corruption, JSON.stringify(stampOf(path)));
    stores.set(corruption, new FileStore(path, pictureBytes, header.shape[0]!, header.dataOffset));
  }
  return {
    labels: test.labels,
    notes: [],
    identity: (corruption) => stamps.get(corruption)!,
    check() {}, // every array holds all severities
    open(corruption, severity) {
      const store = stores.get(corruption)!;
      const first = severities.indexOf(severity) * test.count;
      return async (places) => {
        const bytes = new Uint8Array(places.length * pictureBytes);
        for (const [place, index] of places.entries()) store.readInto(first + index, bytes, place * pictureBytes);
        return bytes;
      };
    },
    async close() {
      for (const store of stores.values()) store.close();
    },
  };
}

const stampOf = (path: string) => [fileSize(path), statSync(path).mtimeMs];

function checkRows(path: string, rows: number, blocks: number, { name, test }: CorruptedData): void {
  const expected = blocks * test.count;
  if (rows === expected) return;
  const number = (count: number) => count.toLocaleString("en");
  throw new PatinaError(
    "data",
    `${path}: holds ${number(rows)} pictures; ${blocks === 1 ? "one severity" : `${blocks} severities in equal blocks`} of the ${number(test.count)} test pictures of ${name} are ${number(expected)}. Copy the whole file again, or use the data set that it was made from.`,
  );
}

/** @throws PatinaError `data` where the labels are not those of the test part, in its order, once for each severity. */
function checkLabels(path: string, blocks: number, data: CorruptedData): void {
  if (!existsSync(path))
    throw new PatinaError(
      "file-missing",
      `${path}: is missing; without it nobody can tell whether the pictures are in the order of ${data.name}. Copy it from where the arrays came.`,
    );
  const array = readNpy(readBounded(path, LABELS_LIMIT), path);
  checkRows(path, array.shape[0] ?? 0, blocks, data);
  const labels = labelsOf(array, array.shape[0] ?? 0, path);
  const { labels: expected, count } = data.test;
  const wrong = labels.findIndex((label, row) => label !== expected[row % count]);
  const named = (label: number) => `${label} (${data.classes[label] ?? "no class"})`;
  if (wrong >= 0)
    throw new PatinaError(
      "data",
      `${path}: label ${wrong} is ${named(labels[wrong]!)}, that of test picture ${wrong % count} of ${data.name} is ${named(expected[wrong % count]!)}. Name the files made from ${data.name}, in the order of its test pictures.`,
    );
}
