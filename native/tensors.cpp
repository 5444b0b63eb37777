#include "tensors.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "arguments.h"
#include "convert.h"
#include "environment.h"
#include "memory.h"

namespace patina {

namespace {

struct Bytes {
  void* data;
  size_t length;
};

Bytes bytesOf(napi_env env, napi_value array) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(env, array, &type, &length, &data, nullptr, nullptr) != napi_ok)
    fail("argument", "expected a typed array");
  switch (type) {
    case napi_int16_array:
    case napi_uint16_array: length *= 2; break;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array: length *= 4; break;
    case napi_float64_array:
    case napi_bigint64_array:
    case napi_biguint64_array: length *= 8; break;
    default: break;  // one byte an element
  }
  return {data, length};
}

std::vector<int64_t> readShape(napi_env env, napi_value value) {
  uint32_t length = 0;
  if (napi_get_array_length(env, value, &length) != napi_ok) fail("argument", "expected a shape");
  std::vector<int64_t> shape(length);
  for (uint32_t i = 0; i < length; i++) {
    napi_value element;
    napi_get_element(env, value, i, &element);
    double side;  // read as a double: as an integer, 1.5 would come out as 1
    if (napi_get_value_double(env, element, &side) != napi_ok || !(side >= 0 && side <= 9007199254740992.0) || side != std::floor(side))
      fail("argument", "a shape has whole numbers from 0 on");
    shape[i] = static_cast<int64_t>(side);
  }
  return shape;
}

// The array's memory as a tensor, without ownership. Throws where its length does not fit the shape.
at::Tensor borrow(napi_env env, const std::array<napi_value, 3>& arguments, const std::function<void(void*)>& deleter) {
  const Bytes bytes = bytesOf(env, arguments[0]);
  const at::ScalarType dtype = parseDtype(readString(env, arguments[1]));
  const auto shape = readShape(env, arguments[2]);
  size_t expected = c10::elementSize(dtype);
  for (const int64_t side : shape)
    if (__builtin_mul_overflow(expected, static_cast<size_t>(side), &expected)) fail("argument", "the shape is too large");
  if (expected != bytes.length)
    fail("argument", "the array has " + std::to_string(bytes.length) + " bytes, the shape and dtype need " + std::to_string(expected));
  return at::from_blob(bytes.data, shape, deleter, at::TensorOptions().dtype(dtype));
}

// References of arrays whose tensors ended. A storage may end on any thread, a reference only on its own: so they wait here.
struct EndedViews {
  std::mutex mutex;
  std::vector<napi_ref> references;
};

thread_local std::shared_ptr<EndedViews> endedViews = std::make_shared<EndedViews>();

const at::Tensor& tensorOf(napi_env env, napi_value value) { return environment().tensors.get(readInt32(env, value)); }

napi_value makeArray(napi_env env, at::IntArrayRef numbers) {
  napi_value result;
  napi_create_array_with_length(env, numbers.size(), &result);
  for (size_t i = 0; i < numbers.size(); i++) napi_set_element(env, result, i, makeNumber(env, static_cast<double>(numbers[i])));
  return result;
}

}  // namespace

void forgetEndedViews(napi_env env) {
  std::lock_guard<std::mutex> lock(endedViews->mutex);
  for (napi_ref reference : endedViews->references) napi_delete_reference(env, reference);
  endedViews->references.clear();
}

napi_value copyFrom(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("tensor"); }, [&] {
    const auto arguments = readArguments<3>(env, info);
    const Handle handle = environment().tensors.add(borrow(env, arguments, [](void*) {}).clone());
    reportMemory(env);
    return makeInt32(env, handle);
  });
}

napi_value viewOf(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("view"); }, [&] {
    const auto arguments = readArguments<3>(env, info);
    forgetEndedViews(env);
    napi_ref reference = nullptr;
    napi_create_reference(env, arguments[0], 1, &reference);
    auto ended = endedViews;
    at::Tensor view;
    try {
      view = borrow(env, arguments, [ended, reference](void*) {
        std::lock_guard<std::mutex> lock(ended->mutex);
        ended->references.push_back(reference);
      });
    } catch (...) {
      napi_delete_reference(env, reference);
      throw;
    }
    return makeInt32(env, environment().tensors.add(std::move(view)));  // from here on the reference is the view's
  });
}

napi_value copyTo(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("copyTo"); }, [&]() -> napi_value {
    const auto arguments = readArguments<2>(env, info);
    const at::Tensor tensor = tensorOf(env, arguments[0]).detach().cpu().contiguous();
    const Bytes bytes = bytesOf(env, arguments[1]);
    if (bytes.length != tensor.nbytes())
      fail("argument", "the array has " + std::to_string(bytes.length) + " bytes, " + describeTensor(tensor) + " has " + std::to_string(tensor.nbytes()));
    if (bytes.length) std::memcpy(bytes.data, tensor.data_ptr(), bytes.length);
    return nullptr;
  });
}

napi_value item(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("item"); }, [&] {
    const auto arguments = readArguments<1>(env, info);
    const at::Tensor& tensor = tensorOf(env, arguments[0]);
    if (tensor.numel() != 1) fail("argument", describeTensor(tensor) + " has not one element. Read it with toArray().");
    const at::Scalar value = tensor.item();
    return value.isBoolean() ? makeBool(env, value.toBool()) : makeNumber(env, value.to<double>());
  });
}

napi_value shapeOf(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("shape"); }, [&] { return makeArray(env, tensorOf(env, readArguments<1>(env, info)[0]).sizes()); });
}

napi_value stridesOf(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("strides"); }, [&] { return makeArray(env, tensorOf(env, readArguments<1>(env, info)[0]).strides()); });
}

napi_value dtypeOf(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("dtype"); }, [&] {
    return makeString(env, dtypeName(tensorOf(env, readArguments<1>(env, info)[0]).scalar_type()));
  });
}

napi_value deviceOf(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("device"); }, [&] { return makeString(env, tensorOf(env, readArguments<1>(env, info)[0]).device().str()); });
}

napi_value release(napi_env env, napi_callback_info info) {
  try {
    const Handle handle = readInt32(env, readArguments<1>(env, info)[0]);
    HandleTable& tensors = environment().tensors;
    if (!tensors.release(handle)) tensors.get(handle);  // throws what is wrong with it
  } catch (...) {
    rethrowInJavaScript(env, "dispose");
  }
  return nullptr;
}

napi_value releaseMany(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("releaseMany"); }, [&]() -> napi_value {
    const auto arguments = readArguments<3>(env, info);
    const Bytes bytes = bytesOf(env, arguments[0]);
    const int32_t from = readInt32(env, arguments[1]), to = readInt32(env, arguments[2]);
    if (from < 0 || static_cast<size_t>(to) * sizeof(int32_t) > bytes.length) fail("argument", "the range is outside the array");
    const auto* handles = static_cast<const int32_t*>(bytes.data);
    for (int32_t i = from; i < to; i++) environment().tensors.release(handles[i]);
    return nullptr;
  });
}

napi_value isLive(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("isLive"); }, [&] {
    return makeBool(env, environment().tensors.find(readInt32(env, readArguments<1>(env, info)[0])) != nullptr);
  });
}

}  // namespace patina
