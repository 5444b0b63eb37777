/** Devices, threads and switches of libtorch. */
import { PatinaError } from "../errors.ts";
import { native } from "./native.ts";

/** Version of the libtorch in use, as "1.13.1", and its own texts on how it was built and runs. */
export function libtorchInfo(): { version: string; configuration: string; parallel: string; cudaDevices: number } {
  return native().libraryInfo();
}

/** "cpu", and "cuda:0" ... for every GPU that libtorch can use. */
export function devices(): string[] {
  return ["cpu", ...Array.from({ length: native().libraryInfo().cudaDevices }, (_, index) => `cuda:${index}`)];
}

/** The device of a name; "auto" is the first GPU, else the CPU. @throws PatinaError `unknown-name` where it is not there. */
export function resolveDevice(name: string): string {
  const known = devices();
  if (name === "auto") return known[1] ?? "cpu";
  const wanted = name === "cuda" ? "cuda:0" : name;
  if (!known.includes(wanted))
    throw new PatinaError(
      "unknown-name",
      `device "${name}" is not there: libtorch ${native().libraryInfo().version} finds ${known.join(", ")}. Choose one of these.`,
    );
  return wanted;
}

/** Bytes on a GPU: held by tensors, reserved by libtorch, and the whole. Undefined for a CPU, and before libtorch 2.13. */
export function deviceMemory(device: string): { allocated: number; reserved: number; total: number } | undefined {
  const index = /^cuda:(\d+)$/.exec(device)?.[1];
  return index === undefined ? undefined : native().deviceMemory(Number(index));
}

/** Threads of one operator on the CPU. Sums are split by it in some operators of libtorch: another count, other last bits. */
export function threadCount(): number {
  return native().threadCount();
}

export function setThreadCount(count: number): void {
  native().setThreadCount(count);
}

/** Speed against exactness on GPUs. All are off at the start. */
export interface DeviceSwitches {
  /** Products of float32 with 10 bits of mantissa. */
  tf32: boolean;
  /** cuDNN tries its algorithms first; the choice may differ from run to run. */
  cudnnBenchmark: boolean;
}

export function setSwitches(switches: Partial<DeviceSwitches>): void {
  if (switches.tf32 !== undefined) native().setSwitch("tf32", switches.tf32);
  if (switches.cudnnBenchmark !== undefined) native().setSwitch("cudnn-benchmark", switches.cudnnBenchmark);
}

/** Waits until the GPU has done all that was asked of it; for timing. */
export function synchronize(): void {
  native().synchronize();
}

/** Gives freed memory back to the system; worth it after a model was built, and between phases. */
export function trimMemory(): void {
  native().trimMemory();
}
