/**
 * Python's pickles, protocols 0 to 5, read as plain data: dicts, lists, tuples, sets, text, bytes, numbers, numpy arrays.
 * A pickle is a program that may call anything; this reader knows an allow-list of globals, each with our own code that
 * makes plain data of its arguments, and refuses all others. Nothing is imported, looked up or run.
 */
import { ByteReader } from "./byte-reader.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { plainGlobals } from "./pickle-globals.ts";
import { type PersistentHook, PickleMachine } from "./pickle-machine.ts";
import { numpyGlobals } from "./pickle-numpy.ts";
import { takeStep } from "./pickle-opcodes.ts";
import type { PickleGlobals, PickleValue } from "./pickle-value.ts";
import { damaged } from "./refusal.ts";

export interface PickleOptions {
  /** What may be asked for beside plain data and numpy. */
  globals?: PickleGlobals;
  /** What persistent ids stand for; they are refused where it is not given. */
  persistent?: PersistentHook;
  /** What may be copied while reading; counted by the size of the pickle where it is not given. */
  budget?: MemoryBudget;
}

/**
 * Reads one pickle. Arrays and bytes are views of `bytes` where no conversion is needed.
 * @throws PatinaError `file-hostile` (a global that is not on the list, named; beyond the limits),
 * `file-damaged` (truncated or inconsistent, with the offset), `file-foreign` (numpy dtypes other than numbers).
 */
export function readPickle(bytes: Uint8Array, name: string, options: PickleOptions = {}): PickleValue {
  const reader = new ByteReader(bytes, name);
  const value = readPickleFrom(reader, options);
  if (reader.remaining > 0) throw damaged(name, `${reader.remaining} bytes follow its end at byte ${reader.position}`);
  return value;
}

/** Reads the pickle that starts where the reader stands, and leaves it after its end. @throws as `readPickle`. */
export function readPickleFrom(reader: ByteReader, options: PickleOptions = {}): PickleValue {
  const budget = options.budget ?? new MemoryBudget(reader.name, reader.bytes.length);
  const globals: PickleGlobals = new Map([...plainGlobals, ...numpyGlobals, ...(options.globals ?? [])]);
  const machine = new PickleMachine(reader, budget, globals, options.persistent);
  for (let opcode = machine.nextStep(); opcode !== undefined; opcode = machine.nextStep()) takeStep(machine, opcode);
  return machine.result;
}
