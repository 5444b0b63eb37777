/** What an evaluation was made of and on, in sentences: whoever reads its numbers must know it. */
import type { Evaluation } from "../evaluate/evaluation.ts";
import { undefinedErrors } from "../evaluate/reference.ts";
import { isOfOwnData, type RunRecord } from "./run-record.ts";
import { picturesText } from "./titles.ts";

/** Which network, where it is not the one that the run ended with. */
export function networkText({ path, weightsDigest }: RunRecord, { model }: Evaluation): string | undefined {
  if (model.kind === "checkpoint") return `This evaluation is that of a checkpoint: ${model.name}.`;
  if (model.digest === weightsDigest) return undefined;
  return `Another network: this evaluation was made of other weights than the run holds now. Type: patina evaluate ${path}`;
}

/** Which clean pictures. */
export function measuredOn({ manifest }: RunRecord, { data }: Evaluation): string[] {
  return [
    `Measured on ${picturesText(data)}.`,
    ...(isOfOwnData(manifest, data)
      ? []
      : [`These are not the pictures of the run's own data set, ${manifest.data.name}.`]),
    ...(data.fitting === undefined ? [] : [data.fitting]),
  ];
}

/** What must be known of corrupted pictures, and of errors that are relative to another network's. */
export function notesOf({ columns, reference }: Evaluation): string[] {
  return [
    ...(reference === undefined ? [] : [`Corruption errors are relative to ${reference.name}.`]),
    ...columns.flatMap((column) => [...undefinedErrors(column), ...column.notes]),
  ];
}
