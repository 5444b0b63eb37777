/** The three ways to refuse a file, worded alike, numbers that are none, and a guess at what a foreign file really is. */
import { PatinaError } from "../errors.ts";

/** A file of the right kind that is truncated, altered or inconsistent. */
export function damaged(name: string, what: string, remedy = "Copy or download it again."): PatinaError {
  return new PatinaError("file-damaged", `${name}: ${what}. ${remedy}`);
}

/** @throws PatinaError `file-damaged` where one of the numbers that a file has under a name is infinite, or no number */
export function checkFinite(numbers: Float32Array, file: string, name: string): void {
  if (numbers.some((value) => !Number.isFinite(value))) throw damaged(file, `its "${name}" has numbers not finite`);
}

/** A file that asks for what no honest file needs. */
export function hostile(name: string, what: string, remedy = "Use it only from a source you trust."): PatinaError {
  return new PatinaError("file-hostile", `${name}: ${what}. ${remedy}`);
}

/** A file of another kind than `expected` ("a zip archive"); `start` is its first bytes. */
export function foreign(name: string, expected: string, start: Uint8Array, remedy?: string): PatinaError {
  const kind = describeStart(start);
  const hint = start.length > 0 && kind === "an HTML page" ? " Often a download's quota or log-in page." : "";
  return new PatinaError(
    "file-foreign",
    `${name}: is ${kind}, not ${expected}.${hint} ${remedy ?? (hint === "" ? "Name another file." : "Download it again.")}`,
  );
}

/** A name from a file, fit for a message: control characters escaped, cut after 100 characters. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}...` : name);
}

const MAGICS: readonly (readonly [magic: string, kind: string])[] = [
  ["\x93NUMPY", "a NumPy array (.npy)"],
  ["PK\x03\x04", "a zip archive (.zip, .npz or .pt)"],
  ["PK\x05\x06", "an empty zip archive"],
  ["\x1f\x8b", "gzip data"],
  ["BZh", "bzip2 data"],
  ["\xfd7zXZ\0", "xz data"],
  ["\x28\xb5\x2f\xfd", "Zstandard data"],
  ["7z\xbc\xaf", "a 7-Zip archive"],
  ["Rar!", "a RAR archive"],
  ["\x89PNG", "a PNG picture"],
  ["\xff\xd8\xff", "a JPEG picture"],
  ["\x89HDF", "an HDF5 file"],
  ["%PDF", "a PDF document"],
  ["PAR1", "a Parquet file"],
  ["version https://git-lfs", "a Git LFS pointer (fetch the file itself with: git lfs pull)"],
  ["\x80\x02", "a Python pickle"],
  ["\x80\x03", "a Python pickle"],
  ["\x80\x04", "a Python pickle"],
  ["\x80\x05", "a Python pickle"],
];

/** What a file seems to be by its first bytes, as words that follow "is". */
export function describeStart(start: Uint8Array): string {
  if (start.length === 0) return "empty";
  const text = Buffer.from(start.subarray(0, 512)).toString("latin1");
  for (const [magic, kind] of MAGICS) if (text.startsWith(magic)) return kind;
  if (/^\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body)\b/is.test(text)) return "an HTML page";
  if (/^\s*<\?xml/i.test(text)) return "an XML document";
  if (text.slice(257, 262) === "ustar") return "a tar archive";
  if (/^\s*\{\s*"/.test(text)) return "a JSON document";
  const hexadecimal = Buffer.from(start.subarray(0, 8))
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");
  return `an unknown kind of file (it starts with ${hexadecimal})`;
}
