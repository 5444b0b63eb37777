/** Clock times of a run, one line an epoch: apart from the journal, so that journals compare byte for byte. */
import { z } from "zod";
import { readLines } from "./journal.ts";

const Timing = z.looseObject({
  epoch: z.int().describe("epochs that are done, from 1"),
  seconds: z.number().describe("of its steps; measuring is not among them"),
  pictures: z.int().describe("trained on in that time"),
  residentBytes: z.number().optional().describe("memory of the process at its end"),
  ended: z.iso.datetime(),
});
export type Timing = z.infer<typeof Timing>;

/** The lines of `timings.jsonl`, checked. @throws PatinaError `file-damaged`, naming the line. */
export function readTimings(path: string): Timing[] {
  return readLines(path, Timing, "the timings of a run");
}
