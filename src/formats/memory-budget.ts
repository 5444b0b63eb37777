/** A limit on what reading one file may copy: a few bytes of a hostile file can ask for the same copy again and again. */
import { hostile } from "./refusal.ts";

/** Small files may copy more than their size, for instance to resolve an expanded tensor. */
const FREE_BYTES = 64 << 20;

export class MemoryBudget {
  readonly name: string;
  #left: number;

  /** For a file of this name and size: honest files copy each of their bytes once at most. */
  constructor(name: string, fileBytes: number) {
    this.name = name;
    this.#left = fileBytes + FREE_BYTES;
  }

  /** To be called before copying. @throws PatinaError `file-hostile` where the file has had its share. */
  spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw hostile(this.name, `asks for ${bytes} bytes more than a file of its size needs`);
  }
}
