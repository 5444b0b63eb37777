/** npm run --silent golden -- [--json] [DIR]: compares all recorded goldens of corruptions, byte by byte. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkGolden, listGoldens } from "./goldens.ts";

const { values, positionals } = parseArgs({ options: { json: { type: "boolean" } }, allowPositionals: true });
const folder = positionals[0] ?? join(import.meta.dirname, "../../shared/golden");
const goldens = listGoldens(folder);
if (goldens.length === 0) {
  console.error(`${folder}: holds no goldens (c/32/fog.npz and so on). Name the folder that does.`);
  process.exit(1);
}
let isEqual = true;
for (const golden of goldens) {
  const result = await checkGolden(golden);
  const { name, size, bytes, differing } = result;
  if (differing > 0) isEqual = false;
  console.log(
    values.json
      ? JSON.stringify(result)
      : `${String(size).padStart(3)} px  ${name.padEnd(34)} ${differing} of ${bytes} bytes differ`,
  );
}
process.exit(isEqual ? 0 : 1);
