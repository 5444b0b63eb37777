/**
 * PyTorch's files (.pt, .pth), the zip form and the older one of consecutive pickles, read as plain data.
 * Source: torch/serialization.py; engine.md 10.1 and 10.2.
 */
import { PatinaError } from "../errors.ts";
import { fileSize, readBounded, readStart } from "../files.ts";
import { ITEM_BYTES } from "./array.ts";
import { ByteReader } from "./byte-reader.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { type PickleOptions, readPickle, readPickleFrom } from "./pickle.ts";
import { isMap, type PickleValue } from "./pickle-value.ts";
import { damaged, foreign, quote } from "./refusal.ts";
import { type TorchStorage, TorchTensors } from "./torch-tensors.ts";
import { openZip, type ZipFile } from "./zip.ts";

/** What the pickle beside the storages may have: names and numbers, some hundred bytes a tensor. */
const PICKLE_LIMIT = 256 << 20;
/** The older form is read at once. */
const LEGACY_LIMIT = 2 ** 33;
/** The integer that the older form starts with (MAGIC_NUMBER), the same as LONG1 of a pickle, and its version. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const MAGIC_BYTES = Buffer.from("8a0a6cfc9c46f9206aa85019", "hex");
const PROTOCOL = 1001;

/** Whether a file starts as those of either form; any zip counts. @param start its first 32 bytes or more */
export function isTorchStart(start: Uint8Array): boolean {
  return isZip(start) || isLegacy(start);
}

/**
 * Reads the value that torch.save wrote: dicts are Maps, tensors PlainArrays in row-major order; tensors that share a
 * storage share bytes here too. Attributes of objects, such as the _metadata of a state dict, are left out.
 * @throws PatinaError `file-missing`, `file-foreign` (TorchScript, other files, types that are not read),
 * `file-damaged`, `file-hostile` (asks for a global of Python that is neither plain data nor a tensor: named).
 */
export async function readTorchFile(path: string): Promise<PickleValue> {
  const start = readStart(path, 512);
  if (isZip(start)) return readZipForm(path);
  if (isLegacy(start)) return readLegacyForm(path);
  throw foreign(path, "a file of PyTorch (.pt, .pth)", start);
}

const isZip = (start: Uint8Array): boolean => start[0] === 0x50 && start[1] === 0x4b; // PK

/** After PROTO, and FRAME from protocol 4 on. */
const isLegacy = (start: Uint8Array): boolean =>
  start[0] === 0x80 && Buffer.from(start).subarray(0, 32).includes(MAGIC_BYTES);

function optionsFor(path: string, { globals, persistent }: TorchTensors): PickleOptions {
  return { globals, persistent, budget: new MemoryBudget(path, fileSize(path)) };
}

async function readZipForm(path: string): Promise<PickleValue> {
  const zip = await openZip(path);
  try {
    const folder = findFolder(zip);
    await checkByteOrder(zip, folder);
    const tensors = new TorchTensors();
    const pickle = await zip.read(`${folder}data.pkl`, PICKLE_LIMIT);
    const value = readPickle(pickle, path, optionsFor(path, tensors));
    const storages = new Map<TorchStorage, Uint8Array>();
    for (const storage of tensors.storages.values()) storages.set(storage, await readStorage(zip, folder, storage));
    tensors.fill(storages);
    return value;
  } finally {
    zip.close();
  }
}

/** The one folder at the top, with its slash: "archive/". */
function findFolder(zip: ZipFile): string {
  const [folder, other] = zip.members.flatMap(({ name }) => /^([^/]+\/)data\.pkl$/.exec(name)?.[1] ?? []);
  if (folder === undefined)
    throw new PatinaError("file-foreign", `${zip.path}: is a zip archive, but none of PyTorch. Name another file.`);
  if (other !== undefined) throw damaged(zip.path, `holds two pickles, ${quote(folder)} and ${quote(other)}`);
  if (zip.members.some(({ name }) => name === `${folder}constants.pkl` || name.startsWith(`${folder}code/`)))
    throw new PatinaError(
      "file-foreign",
      `${zip.path}: is a TorchScript program, not weights. Save its weights: torch.save(model.state_dict(), "weights.pt").`,
    );
  return folder;
}

async function checkByteOrder(zip: ZipFile, folder: string): Promise<void> {
  const name = `${folder}byteorder`;
  if (!zip.members.some((member) => member.name === name)) return; // before PyTorch 2.1
  const order = Buffer.from(await zip.read(name, 16)).toString("latin1");
  if (order !== "little") throw bigEndian(zip.path);
}

async function readStorage(zip: ZipFile, folder: string, { key, byteLength }: TorchStorage): Promise<Uint8Array> {
  const name = `${folder}data/${key}`;
  const member = zip.members.find((member) => member.name === name);
  if (member === undefined) throw damaged(zip.path, `storage ${quote(key)} is missing`);
  if (!member.isStored)
    throw damaged(
      zip.path,
      `storage ${quote(key)} is packed, which PyTorch never does`,
      "Write it again with torch.save.",
    );
  if (member.bytes < byteLength)
    throw damaged(zip.path, `storage ${quote(key)} has ${member.bytes} bytes, its tensors need ${byteLength}`);
  return (await zip.read(name, member.bytes)).subarray(0, byteLength);
}

/** Five pickles (magic, version, system, value, keys of the storages), then each storage behind its element count. */
function readLegacyForm(path: string): PickleValue {
  const reader = new ByteReader(readBounded(path, LEGACY_LIMIT), path);
  const magic = readPickleFrom(reader);
  const protocol = readPickleFrom(reader);
  if (magic !== MAGIC || protocol !== PROTOCOL) throw damaged(path, "its magic number or version is not PyTorch's");
  const system = readPickleFrom(reader);
  if (!isMap(system) || system.get("little_endian") !== true) throw bigEndian(path);
  const tensors = new TorchTensors();
  const value = readPickleFrom(reader, optionsFor(path, tensors));
  const keys = readPickleFrom(reader);
  if (!Array.isArray(keys)) throw damaged(path, "the list of its storages is missing");
  const storages = new Map<TorchStorage, Uint8Array>();
  for (const key of keys as readonly PickleValue[]) {
    const storage = tensors.storages.get(key as string);
    if (storage === undefined) throw damaged(path, "it lists a storage that no tensor uses");
    storages.set(storage, takeStorage(reader, storage));
  }
  if (storages.size < tensors.storages.size) throw damaged(path, "storages of its tensors are missing");
  if (reader.remaining > 0) throw damaged(path, `${reader.remaining} bytes follow its last storage`);
  tensors.fill(storages);
  return value;
}

function takeStorage(reader: ByteReader, { key, dtype, byteLength }: TorchStorage): Uint8Array {
  const bytes = reader.uint64() * ITEM_BYTES[dtype ?? "uint8"];
  if (bytes !== byteLength)
    throw damaged(reader.name, `storage ${quote(key)} has ${bytes} bytes, its tensors need ${byteLength}`);
  return reader.take(byteLength);
}

function bigEndian(path: string): PatinaError {
  return new PatinaError(
    "file-foreign",
    `${path}: was written by a big-endian machine. Load it there and save it as safetensors.`,
  );
}
