/** Parts of documents that are generated, each between two lines that name it. */

/** The document with the part of that name made anew. */
export function withPart(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: made by "npm run docs" -->\n`, `<!-- end of ${name} -->\n`];
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`the document lacks the lines ${begin}and ${end}`);
  return `${before}${begin}\n${text}\n${end}${after}`;
}

/** A table of Markdown. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return `${line(head)}|${"---|".repeat(head.length)}\n${rows.map(line).join("")}`;
}
