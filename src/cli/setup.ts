import type { Command } from "commander";
import { buildAddon, builtAddon } from "../engine/build.ts";

/** patina setup */
export default function setup(command: Command): void {
  command.action(async () => {
    const before = builtAddon()?.hash;
    const built = await buildAddon({ say: (line) => process.stderr.write(`${line}\n`) });
    if (before === built.hash) process.stderr.write("The native addon is up to date\n");
    else
      process.stderr.write(`Built the native addon for libtorch ${built.version}${built.cuda ? " with CUDA" : ""}\n`);
  });
}
