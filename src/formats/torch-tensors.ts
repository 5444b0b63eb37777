/** PyTorch's globals: storages, and the tensors that view them. Source: torch/_utils.py, torch/serialization.py. */
import { PatinaError } from "../errors.ts";
import { type ArrayDtype, byteCount, ITEM_BYTES, type PlainArray } from "./array.ts";
import {
  describeValue,
  isArray,
  isTuple,
  type PickleConstructor,
  PickleGlobal,
  PickleObject,
  type PickleReading,
  type PickleValue,
  sizesOf,
} from "./pickle-value.ts";
import { quote } from "./refusal.ts";
import { gatherRowMajor, rowMajorStrides } from "./strided.ts";

const STORAGE_DTYPES: Readonly<Record<string, ArrayDtype>> = {
  DoubleStorage: "float64",
  FloatStorage: "float32",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
};

const UNTYPED = "torch.storage UntypedStorage";
/** Types that no array here holds. They are data all the same: a tensor of them is foreign, not hostile. */
const FOREIGN_STORAGES = ["ComplexFloatStorage", "ComplexDoubleStorage"];
const FOREIGN_DTYPES = ["complex64", "complex128", "float8_e4m3fn", "float8_e5m2"];

/** Elements of one type, or bytes of none, that several tensors may view. */
export class TorchStorage extends PickleObject {
  readonly label = "torch storage";
  readonly key: string;
  /** Undefined for an untyped storage: its tensors say what they are. */
  readonly dtype: ArrayDtype | undefined;
  readonly byteLength: number;

  constructor(key: string, dtype: ArrayDtype | undefined, byteLength: number) {
    super();
    this.key = key;
    this.dtype = dtype;
    this.byteLength = byteLength;
  }
}

interface TensorView {
  tensor: PlainArray;
  storage: TorchStorage;
  /** In elements. */
  offset: number;
  strides: number[];
}

/**
 * The storages and tensors of one file. Tensors are made without their bytes, since storages stand elsewhere in the file
 * or after the pickle; `fill` brings them.
 */
export class TorchTensors {
  readonly storages = new Map<string, TorchStorage>();
  readonly #views: TensorView[] = [];

  /** For `PickleOptions.globals`. */
  readonly globals: ReadonlyMap<string, PickleConstructor | undefined> = new Map<string, PickleConstructor | undefined>(
    [
      ["torch._utils _rebuild_tensor", { construct: (args, reading) => this.#view(args, reading) }],
      ["torch._utils _rebuild_tensor_v2", { construct: (args, reading) => this.#view(args, reading) }],
      ["torch._utils _rebuild_tensor_v3", { construct: (args, reading) => this.#view(args, reading, args[6]) }],
      ["torch._utils _rebuild_parameter", { construct: ([tensor], reading) => checkTensor(tensor, reading) }],
      ["torch Size", { construct: ([sizes], reading) => checkSizes(sizes, reading) }],
      ["torch device", { construct: ([type]) => type ?? null }],
      [UNTYPED, undefined],
      ...[...Object.keys(STORAGE_DTYPES), ...FOREIGN_STORAGES, ...Object.keys(ITEM_BYTES), ...FOREIGN_DTYPES].map(
        (name): [string, undefined] => [`torch ${name}`, undefined],
      ),
    ],
  );

  /** For `PickleOptions.persistent`: ("storage", class, key, location, elements[, view of another storage]). */
  readonly persistent = (id: PickleValue, reading: PickleReading): PickleValue => {
    const [kind, type, key, , count, view = null] = isTuple(id) ? id : [];
    if (kind !== "storage" || !(type instanceof PickleGlobal) || typeof key !== "string")
      throw reading.damaged("a persistent id is no storage");
    if (view !== null) throw reading.damaged("a storage is a part of another, as PyTorch 0.3 wrote them");
    const dtype = type.label === UNTYPED ? undefined : storageDtype(type, reading);
    const byteLength = typeof count === "number" ? byteCount(dtype ?? "uint8", [count]) : undefined;
    if (byteLength === undefined) throw reading.damaged(`storage ${quote(key)} has ${describeValue(count)} elements`);
    const known = this.storages.get(key);
    if (known !== undefined && (known.dtype !== dtype || known.byteLength !== byteLength))
      throw reading.damaged(`storage ${quote(key)} is described in two ways`);
    const storage = known ?? new TorchStorage(key, dtype, byteLength);
    this.storages.set(key, storage);
    return storage;
  };

  /** Gives every tensor its bytes: views of the storages, copies where the elements are out of order. */
  fill(bytes: ReadonlyMap<TorchStorage, Uint8Array>): void {
    for (const { tensor, storage, offset, strides } of this.#views) {
      const source = bytes.get(storage)!;
      const itemBytes = ITEM_BYTES[tensor.dtype];
      const start = offset * itemBytes;
      const length = byteCount(tensor.dtype, tensor.shape)!;
      if (length === 0 || isRowMajor(tensor.shape, strides)) tensor.bytes = source.subarray(start, start + length);
      else {
        const steps = strides.map((stride) => stride * itemBytes);
        tensor.bytes = gatherRowMajor(source, start, tensor.shape, steps, itemBytes);
      }
    }
  }

  /** A tensor of (storage, offset, size, stride, ...), checked to lie within its storage. */
  #view(args: readonly PickleValue[], reading: PickleReading, type?: PickleValue): PickleValue {
    const [storage, offset, size, stride] = args;
    const shape = sizesOf(size);
    const strides = sizesOf(stride);
    if (!(storage instanceof TorchStorage) || shape === undefined || strides === undefined)
      throw reading.damaged("a tensor has no storage, size or stride");
    const dtype = storage.dtype ?? tensorDtype(type, reading);
    const bytes = byteCount(dtype, shape);
    const what = `a tensor ${dtype}[${shape}], offset ${describeValue(offset)}, stride [${strides}]`;
    const isOffset = (value: PickleValue | undefined) => Number.isSafeInteger(value) && (value as number) >= 0;
    if (bytes === undefined || strides.length !== shape.length || ![offset, ...strides].every(isOffset))
      throw reading.damaged(`${what}, is impossible`);
    const last = shape.reduce((sum, size, dimension) => sum + (size - 1) * strides[dimension]!, offset as number);
    const end = bytes === 0 ? (offset as number) : last + 1;
    if (end * ITEM_BYTES[dtype] > storage.byteLength && bytes > 0)
      throw reading.damaged(`${what}, leaves its storage of ${storage.byteLength} bytes`);
    if (!isRowMajor(shape, strides)) reading.budget.spend(bytes);
    const tensor: PlainArray = { dtype, shape, bytes: new Uint8Array(0) };
    this.#views.push({ tensor, storage, offset: offset as number, strides });
    return tensor;
  }
}

/** Strides of dimensions of one element say nothing, and PyTorch writes any number there. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  const expected = rowMajorStrides(shape);
  return shape.every((size, dimension) => size === 1 || strides[dimension] === expected[dimension]);
}

function storageDtype({ label }: PickleGlobal, reading: PickleReading): ArrayDtype {
  const dtype = STORAGE_DTYPES[label.replace(/^torch /, "")];
  if (dtype === undefined) throw foreignType(label, reading);
  return dtype;
}

function tensorDtype(type: PickleValue | undefined, reading: PickleReading): ArrayDtype {
  const label = type instanceof PickleGlobal ? type.label : "no dtype";
  const name = label.replace(/^torch /, "");
  if (!Object.hasOwn(ITEM_BYTES, name)) throw foreignType(label, reading);
  return name as ArrayDtype;
}

function foreignType(label: string, reading: PickleReading): PatinaError {
  return new PatinaError(
    "file-foreign",
    `${reading.budget.name}: holds a tensor of ${label}; integers, bool and floats of 16 to 64 bits are read. Convert it first.`,
  );
}

function checkTensor(tensor: PickleValue | undefined, reading: PickleReading): PickleValue {
  if (isArray(tensor)) return tensor;
  throw reading.damaged("a parameter is made of what is no tensor");
}

function checkSizes(sizes: PickleValue | undefined, reading: PickleReading): PickleValue {
  if (sizesOf(sizes) !== undefined) return sizes!;
  throw reading.damaged("a torch.Size holds more than numbers");
}
