/** A folder that one process at a time writes to. */
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ErrorCode, PatinaError } from "./errors.ts";
import { writeError } from "./files.ts";

/** Names of the files that claim. */
export const CLAIM = /^lock-(\d+)-(\d+)$/;

/**
 * Claims the folder by a file that is named by this process, and then looks for others: of two that come at once, at least
 * one sees the other. A claim that a kill left behind is taken away; no later process has its name.
 * @param code of the error where the folder is taken
 * @returns what lets others have it
 * @throws PatinaError `code` where another process that is still alive, or this one, writes to it; `file-system`
 */
export function claimFolder(path: string, code: ErrorCode): () => void {
  const own = `lock-${process.pid}-${startOf(process.pid)}`;
  const release = () => rmSync(join(path, own), { force: true });
  const taken = (who: string) =>
    new PatinaError(code, `${path}: ${who} is writing to this folder. Wait for its end, or stop it.`);
  try {
    closeSync(openSync(join(path, own), "wx"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw taken("this process");
    throw writeError(join(path, own), cause);
  }
  for (const name of readdirSync(path)) {
    const [, pid, started] = CLAIM.exec(name) ?? [];
    if (pid === undefined || name === own) continue;
    if (startOf(Number(pid)) === started) {
      release();
      throw taken(`process ${pid}`);
    }
    rmSync(join(path, name), { force: true });
  }
  return release;
}

/** Names in the folder, but for claims and files that a kill left unfinished. */
export function namesIn(path: string): string[] {
  return readdirSync(path).filter((name) => !CLAIM.test(name) && !/^\..+\.tmp$/.test(name));
}

/** When a living process was started, in ticks since the system was: tells it from a later one of the same number. */
function startOf(pid: number): string | undefined {
  try {
    // From field 3 on: the name before it, in brackets, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const isDead = fields[0] === "Z" || fields[0] === "X"; // nobody has asked for its status yet
    return isDead ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
