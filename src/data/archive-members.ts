/** The files of an archive, a zip or a tar (packed or not), one after another. */
import { fileSize, readStart } from "../files.ts";
import { streamTar } from "../formats/tar.ts";
import { openZip } from "../formats/zip.ts";

export interface ArchiveMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Whether a file is a zip archive, by its first bytes. @throws PatinaError `file-missing`, `file-system` */
export const isZip = (path: string): boolean => readStart(path, 2).toString("latin1") === "PK";

/**
 * Bytes of the members that are wanted by their names, unpacked. A tar tells them only while it is read: its own size stands
 * for them, which is enough where it is plain, and less than they have where it is packed. A member of more than `limitBytes`,
 * which nobody reads, counts as that many.
 * @throws PatinaError as `openZip`
 */
export async function bytesOfMembers(
  archive: string,
  limitBytes: number,
  want: (name: string) => boolean,
): Promise<number> {
  if (!isZip(archive)) return fileSize(archive);
  const zip = await openZip(archive);
  zip.close();
  return zip.members.reduce((sum, { name, bytes }) => sum + (want(name) ? Math.min(bytes, limitBytes) : 0), 0);
}

/**
 * Those that are wanted by their names, in the order of the archive, each read whole.
 * @throws PatinaError as `openZip` and `streamTar`; `file-hostile` where one has more than `limitBytes`
 */
export async function* readMembers(
  archive: string,
  limitBytes: number,
  want: (name: string) => boolean,
): AsyncGenerator<ArchiveMember, void, void> {
  if (!isZip(archive)) {
    for await (const { name, bytes, pieces } of streamTar(archive, { limitBytes, want })) {
      const whole = new Uint8Array(bytes);
      let done = 0;
      for await (const piece of pieces) {
        whole.set(piece, done);
        done += piece.length;
      }
      yield { name, bytes: whole };
    }
    return;
  }
  const zip = await openZip(archive);
  try {
    for (const { name } of zip.members) if (want(name)) yield { name, bytes: await zip.read(name, limitBytes) };
  } finally {
    zip.close();
  }
}
