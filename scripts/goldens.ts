/** Reads recorded goldens of corruptions, and counts the bytes in which our outputs differ from them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Corruption, TableSize } from "../src/corrupt/define.ts";
import { severities } from "../src/corrupt/define.ts";
import { findCorruption } from "../src/corrupt/registry.ts";
import type { PlainArray } from "../src/formats/array.ts";
import { readNpz, readNpzHeaders } from "../src/formats/npz.ts";
import type { PictureShape } from "../src/pictures/picture.ts";
import { pictureOf, type RecordedArrays, recordedDraws } from "./recorded-draws.ts";

export interface GoldenResult {
  readonly name: string;
  readonly size: number;
  /** Bytes compared. */
  readonly bytes: number;
  readonly differing: number;
}

const LIMIT_BYTES = 64 << 20;

/** Every golden file of a folder: `<set>/<size>/<corruption>.npz`, sets and sizes in their order. */
export function listGoldens(folder: string): { path: string; name: string; size: number }[] {
  return ["c", "c-bar"].flatMap((set) =>
    [32, 64, 224].flatMap((size) => {
      const place = join(folder, set, String(size));
      if (!existsSync(place)) return [];
      const names = readdirSync(place).filter((name) => name.endsWith(".npz") && name !== "input.npz");
      return names.sort().map((file) => ({ path: join(place, file), name: file.slice(0, -".npz".length), size }));
    }),
  );
}

/** Applies the corruption to every recorded picture with its recorded draw, at every recorded severity. */
export async function checkGolden({ path, name, size }: ReturnType<typeof listGoldens>[number]): Promise<GoldenResult> {
  const arrays = await readAll(path);
  const inputs = arrays.get("input") ?? (await readAll(join(path, "..", "input.npz"))).get("input")!;
  const corruption: Corruption = findCorruption(name);
  const shape: PictureShape = { height: size, width: size, channels: 3 };
  const target = new Uint8Array(size * size * 3);
  let bytes = 0;
  let differing = 0;
  for (const severity of severities) {
    const outputs = arrays.get(`output_s${severity}`);
    if (outputs === undefined) continue;
    const constants = corruption.constants[size as TableSize][severity - 1];
    for (let index = 0; index < inputs.shape[0]!; index++) {
      const draw = recordedDraws[name]!(recordedOf(arrays, severity, index, size));
      corruption.applyInto(pictureOf(inputs, index), shape, draw, constants, target);
      const expected = pictureOf(outputs, index);
      for (let i = 0; i < target.length; i++) if (target[i] !== expected[i]) differing++;
      bytes += target.length;
    }
  }
  if (bytes === 0) throw new Error(`${path}: holds no recorded output`); // else nothing compared would count as equal
  return { name, size, bytes, differing };
}

async function readAll(path: string): Promise<Map<string, PlainArray>> {
  return readNpz(path, [...(await readNpzHeaders(path)).keys()], LIMIT_BYTES);
}

function recordedOf(
  arrays: ReadonlyMap<string, PlainArray>,
  severity: number,
  index: number,
  size: number,
): RecordedArrays {
  const find = (name: string) => arrays.get(`draw_${name}_s${severity}`) ?? arrays.get(`draw_${name}`);
  const numbersOf = (name: string) => {
    const array = find(name);
    if (array === undefined) throw new Error(`no recorded draw ${name}`);
    const bytes = pictureOf(array, index).slice().buffer;
    switch (array.dtype) {
      case "uint8":
        return new Uint8Array(bytes);
      case "int32":
        return new Int32Array(bytes);
      case "int64":
        return Float64Array.from(new BigInt64Array(bytes), Number);
      case "float32":
        return new Float32Array(bytes);
      case "float64":
        return new Float64Array(bytes);
      default:
        throw new Error(`recorded draw ${name} is ${array.dtype}`);
    }
  };
  return {
    size,
    severity,
    has: (name) => find(name) !== undefined,
    numbers: (name) => Float64Array.from(numbersOf(name)),
    integers: (name) => Int32Array.from(numbersOf(name)),
    bytes: (name) => Uint8Array.from(numbersOf(name)),
  };
}
