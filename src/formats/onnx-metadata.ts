/** What the writer of an ONNX file noted in it, which onnxruntime for Node does not show. Source: onnx.proto, ModelProto. */
import { readProtobuf } from "./protobuf-reader.ts";
import { foreign } from "./refusal.ts";

/** ModelProto.metadata_props */
const METADATA = 14;

/** How all writers begin: field 1, the version of the format, a number. */
const FIRST_BYTE = 0x08;

/**
 * Texts by key; of equal keys the last.
 * @throws PatinaError `file-foreign` where it does not begin as ONNX does, `file-damaged` where it is no protocol buffer
 */
export function readOnnxMetadata(bytes: Uint8Array, name: string): Map<string, string> {
  if (bytes[0] !== FIRST_BYTE) throw foreign(name, "an ONNX file", bytes);
  const texts = new Map<string, string>();
  for (const { field, value } of readProtobuf(bytes, name)) {
    if (field !== METADATA || typeof value === "bigint") continue;
    const entry = new Map([...readProtobuf(value, name)].map((part) => [part.field, part.value]));
    const [key, text] = [entry.get(1), entry.get(2)];
    if (key instanceof Uint8Array && text instanceof Uint8Array) texts.set(decode(key), decode(text));
  }
  return texts;
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
