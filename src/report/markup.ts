/** HTML that is safe by construction: whatever is put into a template is escaped, unless it is markup already. */

export class Markup {
  readonly text: string;

  /** Only for text that is known to be HTML: templates, charts, our own styles. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: nothing is written for undefined, and lists are joined. */
export type Content = Markup | string | number | undefined | readonly Content[];

/** A tagged template: html`<b>${name}</b>`. Attributes must stand in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, part, index) => text + textOf(values[index - 1]) + part));
}

function textOf(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.text;
  return typeof content === "object" ? content.map(textOf).join("") : escapeHtml(String(content));
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** For text and for attributes in quotes. Characters that no document may hold become U+FFFD. */
export function escapeHtml(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[&<>"']/g, (character) => ESCAPES[character]!)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, "\ufffd")
  );
}

/** A name from outside (a class, a path): its own direction of writing cannot turn what stands around it. */
export function nameOf(text: string): Markup {
  return html`<bdi>${text}</bdi>`;
}
