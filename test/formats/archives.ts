/** Archives made byte by byte, honest and hostile ones. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipPart {
  name: string;
  data: Uint8Array;
  /** Whether it is packed with deflate. */
  packed?: boolean;
  /** What the directory says where it lies. */
  claims?: { bytes?: number; packedBytes?: number; crc?: number; offset?: number; flags?: number; method?: number };
  /** Large offsets and sizes in the extra field of zip64. */
  zip64?: boolean;
}

/** The bytes of a zip archive. Source of the layout: PKWARE's APPNOTE 4.3. */
export function zipOf(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, packed = false, claims = {}, zip64 = false } of parts) {
    const stored = packed ? deflateRawSync(data) : Buffer.from(data);
    const bytes = claims.bytes ?? data.length;
    const packedBytes = claims.packedBytes ?? stored.length;
    const label = Buffer.from(name);
    const common = Buffer.alloc(26); // from "version needed" to "length of the extra field"
    common.writeUInt16LE(zip64 ? 45 : 20, 0);
    common.writeUInt16LE(claims.flags ?? 0x800, 2);
    common.writeUInt16LE(claims.method ?? (packed ? 8 : 0), 4);
    common.writeUInt32LE(claims.crc ?? crc32(data), 10);
    common.writeUInt32LE(zip64 ? 0xffffffff : packedBytes, 14);
    common.writeUInt32LE(zip64 ? 0xffffffff : bytes, 18);
    common.writeUInt16LE(label.length, 22);
    const local = Buffer.concat([signature(0x04034b50), common, label, stored]);
    const extra = zip64 ? zip64Extra(bytes, packedBytes, claims.offset ?? offset) : Buffer.alloc(0);
    const entry = Buffer.concat([Buffer.of(20, 0), common, Buffer.alloc(14)]);
    entry.writeUInt16LE(extra.length, 26);
    entry.writeUInt32LE(zip64 ? 0xffffffff : (claims.offset ?? offset), 38);
    directory.push(Buffer.concat([signature(0x02014b50), entry, label, extra]));
    locals.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, entries, end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function zip64Extra(bytes: number, packedBytes: number, offset: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(bytes), 4);
  extra.writeBigUInt64LE(BigInt(packedBytes), 12);
  extra.writeBigUInt64LE(BigInt(offset), 20);
  return extra;
}

export interface TarPart {
  name: string;
  data?: Uint8Array;
  /** "0" file, "1" link, "2" symbolic link, "3" device, "5" folder, ... */
  type?: string;
  /** The size that the header states. */
  claims?: number;
}

/** The bytes of a tar archive. Source of the layout: POSIX.1-2001, pax, ustar. */
export function tarOf(parts: readonly TarPart[]): Buffer {
  const blocks = parts.flatMap(({ name, data = new Uint8Array(0), type = "0", claims = data.length }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write("0000644\0", 100);
    header.write("0000000\0", 108);
    header.write("0000000\0", 116);
    header.write(`${claims.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0", 136);
    header.write("        ", 148); // the checksum's own bytes count as spaces
    header.write(type, 156);
    header.write(type === "2" ? "target" : "", 157);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
