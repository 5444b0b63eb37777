/** From the words of the command line to how an ONNX file wants its pictures. */
import { PatinaError } from "../errors.ts";
import type { OnnxInput } from "../evaluate/onnx-model.ts";

interface InputOptions {
  readonly inputRange?: "1" | "255" | undefined;
  /** Numbers by channel: "0.49,0.48,0.45". */
  readonly inputMean?: string | undefined;
  readonly inputDeviation?: string | undefined;
}

/** @throws PatinaError `usage` where a list is none, or the range is not given */
export function onnxInputOf({ inputRange, inputMean, inputDeviation }: InputOptions): OnnxInput | undefined {
  if (inputRange === undefined) {
    if (inputMean === undefined && inputDeviation === undefined) return undefined;
    throw new PatinaError(
      "usage",
      "--input-mean and --input-deviation go with --input-range: 1 where they are of values in [0,1].",
    );
  }
  const deviation = numbersOf("--input-deviation", inputDeviation);
  if (deviation?.some((value) => value <= 0))
    throw new PatinaError(
      "usage",
      `--input-deviation ${inputDeviation}: values are divided by it. Give numbers above 0.`,
    );
  return { range: inputRange === "1" ? 1 : 255, mean: numbersOf("--input-mean", inputMean), deviation };
}

function numbersOf(flag: string, text: string | undefined): number[] | undefined {
  const numbers = text?.split(",").map((word) => (word.trim() === "" ? Number.NaN : Number(word)));
  if (numbers === undefined || numbers.every(Number.isFinite)) return numbers;
  throw new PatinaError("usage", `${flag} ${text}: is not a list of numbers. Write one a channel: 0.49,0.48,0.45`);
}
