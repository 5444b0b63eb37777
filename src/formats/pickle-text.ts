/** The numbers and strings of protocol 0, which are lines of text. Source: pickletools of CPython. */
import type { PickleReading } from "./pickle-value.ts";

/** Longest line with a number: 2^4096 has 1234 digits. */
const NUMBER_LIMIT = 1300;

/** "12", "-3", "12L"; "00" and "01" are False and True. */
export function parseInteger(line: string, reading: PickleReading): number | bigint | boolean {
  if (line === "00" || line === "01") return line === "01";
  if (line.length > NUMBER_LIMIT || !/^[+-]?\d+L?$/.test(line)) throw reading.damaged("a line is no integer");
  return exactInteger(BigInt(line.replace(/^\+|L$/g, "")));
}

/** A number where it is exact, a bigint beyond. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** As Python's repr writes a float: "1.5", "1e-05", "inf", "nan". */
export function parseFloatLine(line: string, reading: PickleReading): number {
  const [, sign = "", word] = /^([+-]?)(inf|nan)$/.exec(line) ?? [];
  if (word === "nan") return Number.NaN;
  if (word === "inf") return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (line.length > NUMBER_LIMIT || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(line))
    throw reading.damaged("a line is no number");
  return Number(line);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** A quoted string of Python 2, its escapes resolved: text of one character a byte. */
export function parseQuoted(line: string, reading: PickleReading): string {
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote)
    throw reading.damaged("a string has no quotes around it");
  return line.slice(1, -1).replace(/\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|([\s\S]))/g, (whole, hex, octal, letter) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return ESCAPES[letter] ?? whole; // Python keeps what it does not know
  });
}

/** Text with \uXXXX and \UXXXXXXXX; Python writes the backslash itself as \u005c. */
export function parseRawUnicode(line: string, reading: PickleReading): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_whole, short, long) => {
    const code = Number.parseInt(short ?? long, 16);
    if (code > 0x10ffff) throw reading.damaged("a string has a character beyond Unicode");
    return String.fromCodePoint(code);
  });
}
