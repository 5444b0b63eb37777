/** NumPy's archive of arrays (.npz): a zip of npy files, packed or not. */
import { PatinaError } from "../errors.ts";
import type { PlainArray } from "./array.ts";
import { checkNpySize, NPY_START, type NpyHeader, readNpy, readNpyHeader } from "./npy.ts";
import { hostile, quote } from "./refusal.ts";
import { openZip, type ZipFile, type ZipMember } from "./zip.ts";

/**
 * The headers of all arrays by name (without .npy), their sizes checked, without reading the numbers. `offset` is where
 * the numbers start in the file, or undefined where they are packed.
 * @throws PatinaError as `openZip` and `readNpy`; `file-foreign` for a zip without arrays.
 */
export async function readNpzHeaders(path: string): Promise<Map<string, NpyHeader & { offset: number | undefined }>> {
  return withZip(path, async (zip) => {
    const headers = new Map<string, NpyHeader & { offset: number | undefined }>();
    for (const [name, member] of arraysOf(zip)) {
      const label = `${path}: ${member.name}`;
      const header = readNpyHeader(await zip.readStart(member.name, NPY_START), label);
      checkNpySize(header, member.bytes, label);
      const offset = member.isStored ? (await zip.storedOffset(member.name)) + header.dataOffset : undefined;
      headers.set(name, { ...header, offset });
    }
    return headers;
  });
}

/**
 * The arrays of these names (without .npy); together they may take `limitBytes`, headers included.
 * @throws PatinaError as `openZip` and `readNpy`; `file-foreign` where a name is not there.
 */
export async function readNpz(
  path: string,
  names: readonly string[],
  limitBytes: number,
): Promise<Map<string, PlainArray>> {
  return withZip(path, async (zip) => {
    const members = arraysOf(zip);
    const arrays = new Map<string, PlainArray>();
    let bytes = 0;
    for (const name of names) bytes += memberOf(name, members, path).bytes;
    if (bytes > limitBytes) throw hostile(path, `its arrays have ${bytes} bytes; ${limitBytes} are allowed here`);
    for (const name of names) {
      const member = memberOf(name, members, path);
      arrays.set(name, readNpy(await zip.read(member.name, limitBytes), `${path}: ${member.name}`));
    }
    return arrays;
  });
}

/** The npy file of an array (its name without .npy), of any size, piece by piece. @throws as `readNpz` */
export async function* readNpzPieces(path: string, name: string): AsyncGenerator<Uint8Array, void, void> {
  const zip = await openZip(path);
  try {
    yield* zip.pieces(memberOf(name, arraysOf(zip), path).name);
  } finally {
    zip.close();
  }
}

async function withZip<T>(path: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  const zip = await openZip(path);
  try {
    return await use(zip);
  } finally {
    zip.close();
  }
}

function arraysOf(zip: ZipFile): Map<string, ZipMember> {
  const arrays = zip.members.filter(({ name }) => name.endsWith(".npy"));
  if (arrays.length > 0) return new Map(arrays.map((member) => [member.name.slice(0, -".npy".length), member]));
  throw new PatinaError(
    "file-foreign",
    `${zip.path}: is a zip archive without NumPy arrays (.npy). Name another file.`,
  );
}

function memberOf(name: string, members: ReadonlyMap<string, ZipMember>, path: string): ZipMember {
  const member = members.get(name);
  if (member !== undefined) return member;
  throw new PatinaError(
    "file-foreign",
    `${path}: has no array ${quote(name)}; it has ${[...members.keys()].join(", ")}. Name another file, or one of these.`,
  );
}
