/** Files of weights: our own (safetensors), and those of PyTorch. Source: engine.md 10.1. */
import { PatinaError } from "../errors.ts";
import { readBounded, readStart, writeAtomically } from "../files.ts";
import type { PlainArray } from "../formats/array.ts";
import { describeValue, isArray, isMap, type PickleValue } from "../formats/pickle-value.ts";
import { foreign } from "../formats/refusal.ts";
import { encodeSafetensors, isSafetensorsStart, readSafetensors } from "../formats/safetensors.ts";
import { isTorchStart, readTorchFile } from "../formats/torch-file.ts";

export interface Weights {
  tensors: Map<string, PlainArray>;
  /** What the writer noted; {} for PyTorch's files, which have no place for it. */
  metadata: Record<string, string>;
}

/** Many times the largest image classifier. */
const SIZE_LIMIT = 2 ** 33;
/** Where training checkpoints keep the weights, in the order in which they are looked for: averaged ones (ema) last. */
const WRAPPERS = ["state_dict", "model_state_dict", "model", "net", "ema"];
/** What wrappers of a network put before every name: DataParallel and torch.compile. */
const PREFIXES = ["module.", "_orig_mod."];

/**
 * Reads weights by name from a safetensors file or one of PyTorch (.pt, .pth), told apart by their content. Of a training
 * checkpoint the weights are taken, whatever stands beside them; prefixes that all names share because the network
 * was wrapped are taken off.
 * @throws PatinaError `file-missing`, `file-foreign`, `file-damaged`, `file-hostile`; `weights` where no weights are found,
 * naming what is there.
 */
export async function readWeights(path: string): Promise<Weights> {
  const start = readStart(path, 512);
  if (isTorchStart(start)) {
    const tensors = findStateDict(await readTorchFile(path), path);
    return { tensors: withoutPrefix(tensors), metadata: {} };
  }
  if (!isSafetensorsStart(start)) throw foreign(path, "a file of weights (.safetensors, .pt, .pth)", start);
  const { tensors, metadata } = readSafetensors(readBounded(path, SIZE_LIMIT), path);
  return { tensors: withoutPrefix(tensors), metadata };
}

/**
 * Writes weights as safetensors, whole or not at all.
 * @throws PatinaError `file-system`, `file-missing`; `argument` where a shape and its bytes disagree.
 */
export function writeWeights(
  path: string,
  tensors: ReadonlyMap<string, PlainArray>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  writeAtomically(path, encodeSafetensors(tensors, metadata));
}

/** The tensors of a state dict, or of the one inside a checkpoint; numbers and lists beside them are left out. */
function findStateDict(value: PickleValue, path: string): Map<string, PlainArray> {
  let found = value;
  for (;;) {
    if (!isMap(found)) throw notFound(value, path);
    const dict: ReadonlyMap<PickleValue, PickleValue> = found;
    const wrapper = WRAPPERS.find((name) => isMap(dict.get(name)));
    if (wrapper === undefined) break;
    found = dict.get(wrapper)!;
  }
  const tensors = new Map<string, PlainArray>();
  for (const [name, tensor] of found) if (typeof name === "string" && isArray(tensor)) tensors.set(name, tensor);
  if (tensors.size === 0) throw notFound(value, path);
  return tensors;
}

function notFound(value: PickleValue, path: string): PatinaError {
  const keys = isMap(value) ? [...value.keys()] : [];
  const shown = keys.slice(0, 10).map((key) => describeValue(key));
  const there = isMap(value) ? `its keys are ${shown.join(", ") || "none"}` : "it is no dict";
  return new PatinaError(
    "weights",
    `${path}: no weights were found: ${there}${keys.length > 10 ? ` and ${keys.length - 10} more` : ""}. ` +
      `Save the weights alone, or under one of the keys ${WRAPPERS.join(", ")}.`,
  );
}

function withoutPrefix(tensors: Map<string, PlainArray>): Map<string, PlainArray> {
  const prefix = PREFIXES.find((prefix) => [...tensors.keys()].every((name) => name.startsWith(prefix)));
  if (prefix === undefined || tensors.size === 0) return tensors;
  return withoutPrefix(new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor])));
}
