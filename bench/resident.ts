/** The most memory that this process ever held, for the processes that measure it. */
import { readFileSync } from "node:fs";

/**
 * MB of resident set at the highest. `process.resourceUsage().maxRSS` would not do: Linux hands that of the parent on to the
 * processes that it starts.
 */
export function highestMegabytes(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))!;
  return (Number(kilobytes) * 1024) / 1e6;
}
