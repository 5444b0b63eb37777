/** Names of the members of archives. */
import { hostile, quote } from "./refusal.ts";

/**
 * Refuses the names that a member of an honest archive of data never has: whoever writes the member to a folder under
 * its name stays in that folder, on every system.
 * @throws PatinaError `file-hostile`.
 */
export function checkMemberName(member: string, archive: string): void {
  const what = member === "" ? "has a member without a name" : `has a member named ${quote(member)}`;
  if (member === "") throw hostile(archive, what);
  if (/^(\/|[A-Za-z]:)/.test(member)) throw hostile(archive, `${what}, an absolute path`);
  if (/[\\\0]/.test(member)) throw hostile(archive, `${what}, with a backslash or a zero byte`);
  if (member.split("/").includes("..")) throw hostile(archive, `${what}, which leads out of the archive's folder`);
}
