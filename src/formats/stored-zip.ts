/**
 * Zip archives whose members stand in them as they are, of any size (zip64): what is written before and behind each.
 * Source: PKWARE's APPNOTE 4.3 and 4.5.3.
 */

export interface StoredMember {
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
}

/** A member, and where its header starts in the archive. */
export interface PlacedMember extends StoredMember {
  readonly offset: number;
}

/** From here on a size or place stands in the extra field of zip64. */
const LIMIT_32 = 0xffffffff;
const LIMIT_16 = 0xffff;
const VERSION = 20;
const VERSION_64 = 45;
/** 1 January 1980, the first that zip knows: equal members give equal archives. */
const DATE = 0x21;

/** What stands before the bytes of a member; its length depends on name and size alone. */
export function storedHeader({ name, bytes, crc32 }: StoredMember): Uint8Array {
  // Here zip64 wants both sizes.
  const extra = bytes >= LIMIT_32 ? zip64Extra([bytes, bytes]) : [];
  return Buffer.concat([
    u32(0x04034b50),
    common({ name, bytes, crc32 }, extra.length > 0, extra.length),
    Buffer.from(name),
    Buffer.from(extra),
  ]);
}

/** What stands behind the last member, at `start`: the directory and the end. */
export function storedDirectory(members: readonly PlacedMember[], start: number): Uint8Array {
  const entries = members.map((member) => {
    const { name, bytes, offset } = member;
    const large = [...(bytes >= LIMIT_32 ? [bytes, bytes] : []), ...(offset >= LIMIT_32 ? [offset] : [])];
    const extra = large.length > 0 ? zip64Extra(large) : [];
    return Buffer.concat([
      u32(0x02014b50),
      u16(VERSION_64), // made by
      common(member, extra.length > 0, extra.length),
      Buffer.alloc(10), // no comment, disk 0, no attributes
      u32(Math.min(offset, LIMIT_32)),
      Buffer.from(name),
      Buffer.from(extra),
    ]);
  });
  const directory = Buffer.concat(entries);
  const isLarge = start >= LIMIT_32 || members.length >= LIMIT_16 || directory.length >= LIMIT_32;
  const end = Buffer.concat([
    u32(0x06054b50),
    u32(0), // disks
    u16(Math.min(members.length, LIMIT_16)),
    u16(Math.min(members.length, LIMIT_16)),
    u32(Math.min(directory.length, LIMIT_32)),
    u32(isLarge ? LIMIT_32 : start),
    u16(0), // no comment
  ]);
  return Buffer.concat([directory, ...(isLarge ? [end64(members.length, directory.length, start)] : []), end]);
}

/** From "version needed" to "length of the extra field": the same in both headers. */
function common({ name, bytes, crc32 }: StoredMember, isLarge: boolean, extraBytes: number): Buffer {
  const size = Math.min(bytes, LIMIT_32);
  return Buffer.concat([
    u16(isLarge ? VERSION_64 : VERSION),
    u16(0x800), // the name is UTF-8
    u16(0), // stored
    u16(0), // midnight
    u16(DATE),
    u32(crc32),
    u32(size),
    u32(size),
    u16(Buffer.byteLength(name)),
    u16(extraBytes),
  ]);
}

function zip64Extra(values: readonly number[]): Uint8Array {
  return Buffer.concat([u16(1), u16(8 * values.length), ...values.map(u64)]);
}

/** The end of zip64, and where it is found. */
function end64(members: number, directoryBytes: number, start: number): Buffer {
  return Buffer.concat([
    u32(0x06064b50),
    u64(44), // bytes of this record that follow
    u16(VERSION_64),
    u16(VERSION_64),
    u32(0), // disks
    u32(0),
    u64(members),
    u64(members),
    u64(directoryBytes),
    u64(start),
    u32(0x07064b50),
    u32(0),
    u64(start + directoryBytes),
    u32(1),
  ]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
