/** A part of the page: data in, markup out. The page gives it its heading. */
import type { Markup } from "./markup.ts";

export interface Section {
  /** For links; once for each run. */
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}
