/** Requirements as a JUnit file, which servers of continuous integration show. */
import type { Evaluation } from "../evaluation.ts";
import type { Judgement } from "../requirements.ts";

/** By this, in its first bytes, such a file is known to be one of ours. */
export const junitMark = '<testsuite name="patina evaluate"';

/** One test case a requirement. */
export function toJunit({ model, data }: Evaluation, judgements: readonly Judgement[]): string {
  const failures = judgements.filter(({ isMet }) => !isMet).length;
  const counts = `tests="${judgements.length}" failures="${failures}"`;
  const cases = judgements.map(({ name, least, accuracy, isMet }) => {
    const start = `    <testcase classname="${escaped(`${model.name} on ${data.name}`)}" name="${name} at least ${least}"`;
    if (isMet) return `${start}/>\n`;
    return `${start}>\n      <failure message="${name}: ${accuracy.toFixed(4)} is below ${least}"/>\n    </testcase>\n`;
  });
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n` +
    `  ${junitMark} ${counts}>\n${cases.join("")}  </testsuite>\n</testsuites>\n`
  );
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no place for them, escaped or not
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "?").replace(/[&<>"]/g, (sign) => ENTITIES[sign]!);
