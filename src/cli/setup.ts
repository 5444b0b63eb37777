/** `patina setup`: builds the addon where sources, compiler or libtorch changed. */
import { buildAddon } from "../engine/build.ts";
import { defineCommand } from "./command.ts";

export default defineCommand({
  async run(_args, _options, output) {
    let hasWorked = false;
    const { version, path } = await buildAddon({
      say: (line) => {
        if (!hasWorked) output.err("Building the native addon: the bridge to libtorch, once for this machine\n");
        hasWorked = true;
        output.err(`  ${line}\n`);
      },
    });
    output.out(`The addon for libtorch ${version} is ${hasWorked ? "built" : "up to date"}: ${path}\n`);
  },
});
