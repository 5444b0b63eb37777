/** The addon as TypeScript sees it, loaded at the first use: nothing that needs no tensor ever pays for libtorch. */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { type ErrorCode, PatinaError } from "../errors.ts";
import { addonPath } from "./build.ts";

/** Element types of tensors. JavaScript has no arrays of the two 16-bit floats: their bits travel in Uint16Array. */
export type Dtype =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "uint8"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "bool";

export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array;

/** What an operator takes: tensors as handles, names for dtypes, layouts and memory formats, undefined for the default. */
export type NativeValue = number | boolean | string | null | undefined | { float: number } | readonly NativeValue[];

/** Handles and numbers, as the operator's schema says; see native/call.cpp. */
export type NativeResult = number | boolean | string | undefined | NativeResult[];

/** The functions of native/addon.cpp. Handles are positive integers; 0 stands for an undefined tensor. */
export interface Native {
  setErrorFactory(make: (code: ErrorCode, message: string) => Error): void;
  resolve(name: string, overload: string): number;
  schema(name: string, overload: string): string;
  call(operator: number, ...values: NativeValue[]): NativeResult;
  copyFrom(array: TypedArray, dtype: Dtype, shape: readonly number[]): number;
  viewOf(array: TypedArray, dtype: Dtype, shape: readonly number[]): number;
  copyTo(handle: number, array: TypedArray): void;
  item(handle: number): number | boolean;
  shape(handle: number): number[];
  strides(handle: number): number[];
  dtype(handle: number): Dtype;
  device(handle: number): string;
  release(handle: number): void;
  releaseMany(handles: Int32Array, from: number, to: number): void;
  isLive(handle: number): boolean;
  backward(handle: number, gradient: number, keepGraph: boolean): void;
  gradientsOf(outputs: number[], inputs: number[], keepGraph: boolean): number[];
  gradient(handle: number): number;
  setGradient(handle: number, gradient: number): void;
  requiresGradient(handle: number): boolean;
  setRequiresGradient(handle: number, on: boolean): void;
  setGradientMode(on: boolean): boolean;
  enterInference(): void;
  leaveInference(): void;
  enterAutocast(device: string, dtype: Dtype): void;
  leaveAutocast(): void;
  libraryInfo(): { version: string; configuration: string; parallel: string; cudaDevices: number };
  threadCount(): number;
  setThreadCount(count: number): void;
  setSwitch(name: "tf32" | "cudnn-benchmark", on: boolean): void;
  synchronize(): void;
  deviceMemory(index: number): { allocated: number; reserved: number; total: number } | undefined;
  handleCounts(): { live: number; peak: number; bytes: number };
  trimMemory(): void;
}

let loaded: Native | undefined;

/**
 * The addon; loads it at the first call, with as many threads as the process has processors.
 * @throws PatinaError `libtorch-missing` where it is not built, or its libtorch cannot be loaded.
 */
export function native(): Native {
  return loaded ?? load();
}

function load(): Native {
  // libgomp reads it when it is loaded. Threads that spin at barriers make a step several times slower as soon as
  // anything else runs; passive ones cost nothing on a quiet machine (measured).
  process.env.OMP_WAIT_POLICY ??= "passive";
  const path = addonPath();
  try {
    loaded = createRequire(import.meta.url)(path) as Native;
  } catch (cause) {
    throw new PatinaError(
      "libtorch-missing",
      `${path}: cannot be loaded (${(cause as Error).message.split("\n")[0]}). Its libtorch may have been changed or removed. Type: patina setup`,
      { cause },
    );
  }
  loaded.setErrorFactory((code, message) => new PatinaError(code, message));
  loaded.setThreadCount(availableParallelism()); // Debian's libtorch starts with one
  loaded.setSwitch("tf32", false); // cuDNN starts with it: float32 means float32 unless asked otherwise
  return loaded;
}
