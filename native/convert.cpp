#include "convert.h"

#include <cmath>
#include <sstream>

#include "arguments.h"

namespace patina {

namespace {

napi_valuetype typeOf(napi_env env, napi_value value) {
  napi_valuetype type;
  napi_typeof(env, value, &type);
  return type;
}

bool isArray(napi_env env, napi_value value) {
  bool result = false;
  napi_is_array(env, value, &result);
  return result;
}

double readNumber(napi_env env, napi_value value, const char* expected) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) fail("argument", std::string("expected ") + expected);
  return number;
}

int64_t readInteger(napi_env env, napi_value value) {
  const double number = readNumber(env, value, "an integer");
  if (number != std::floor(number) || std::abs(number) > 9007199254740992.0)
    fail("argument", "expected an integer and found " + std::to_string(number));
  return static_cast<int64_t>(number);
}

int64_t readName(napi_env env, napi_value value, Names names) {
  const std::string name = readString(env, value);
  switch (names) {
    case Names::Dtype: return static_cast<int64_t>(parseDtype(name));
    case Names::Layout:
      if (name == "strided") return static_cast<int64_t>(at::kStrided);
      fail("argument", "no layout is called \"" + name + "\". Known: strided.");
    case Names::MemoryFormat:
      if (name == "contiguous") return static_cast<int64_t>(at::MemoryFormat::Contiguous);
      if (name == "channels_last") return static_cast<int64_t>(at::MemoryFormat::ChannelsLast);
      if (name == "preserve") return static_cast<int64_t>(at::MemoryFormat::Preserve);
      fail("argument", "no memory format is called \"" + name + "\". Known: contiguous, channels_last, preserve.");
    case Names::None: break;
  }
  fail("argument", "expected an integer and found \"" + name + "\"");
}

int64_t readIntegerOrName(napi_env env, napi_value value, Names names) {
  return typeOf(env, value) == napi_string ? readName(env, value, names) : readInteger(env, value);
}

// JavaScript has one number type: a whole number becomes an integer scalar, { float: 1 } a floating one (engine.md 2.3).
at::Scalar readScalar(napi_env env, napi_value value) {
  const napi_valuetype type = typeOf(env, value);
  if (type == napi_boolean) return at::Scalar(readBool(env, value));
  if (type == napi_object) {
    napi_value inner;
    if (napi_get_named_property(env, value, "float", &inner) != napi_ok) fail("argument", "expected a number");
    return at::Scalar(readNumber(env, inner, "a number or { float: number }"));
  }
  const double number = readNumber(env, value, "a number");
  const bool negativeZero = number == 0 && std::signbit(number);
  if (number == std::floor(number) && std::abs(number) < 9007199254740992.0 && !negativeZero)
    return at::Scalar(static_cast<int64_t>(number));
  return at::Scalar(number);
}

const at::Tensor& readTensor(napi_env env, napi_value value, const HandleTable& tensors) {
  int32_t handle;
  if (napi_get_value_int32(env, value, &handle) != napi_ok) fail("argument", "expected a tensor");
  return tensors.get(handle);
}

template <typename Element, typename Read>
std::vector<Element> readList(napi_env env, napi_value value, Read read) {
  if (!isArray(env, value)) fail("argument", "expected an array");
  uint32_t length = 0;
  napi_get_array_length(env, value, &length);
  std::vector<Element> result;
  result.reserve(length);
  for (uint32_t i = 0; i < length; i++) {
    napi_value element;
    napi_get_element(env, value, i, &element);
    result.push_back(read(element));
  }
  return result;
}

c10::IValue readValue(napi_env env, napi_value value, const ArgumentKind& argument, const HandleTable& tensors) {
  switch (argument.kind) {
    case Kind::Tensor: fail("argument", "expected a tensor");
    case Kind::Scalar: return readScalar(env, value);
    case Kind::Int: return readIntegerOrName(env, value, argument.names);
    case Kind::Float: return readNumber(env, value, "a number");
    case Kind::Bool: return readBool(env, value);
    case Kind::String: return readString(env, value);
    case Kind::Device: return c10::Device(readString(env, value));
    case Kind::TensorList: {
      c10::List<at::Tensor> list;
      for (const auto& tensor : readList<at::Tensor>(env, value, [&](napi_value element) { return readTensor(env, element, tensors); }))
        list.push_back(tensor);
      return list;
    }
    case Kind::OptionalTensorList: {
      c10::IValue list = c10::impl::GenericList(c10::OptionalType::create(c10::TensorType::get()));
      auto elements = list.toList();
      for (const auto& element : readList<c10::IValue>(env, value, [&](napi_value item) -> c10::IValue {
             const napi_valuetype type = typeOf(env, item);
             if (type == napi_null || type == napi_undefined) return c10::IValue();
             return readTensor(env, item, tensors);
           }))
        elements.push_back(element);
      return list;
    }
    case Kind::IntList:
      if (argument.fixedList && typeOf(env, value) == napi_number)
        return c10::IValue(std::vector<int64_t>(argument.listLength, readInteger(env, value)));
      return c10::IValue(readList<int64_t>(env, value, [&](napi_value element) { return readInteger(env, element); }));
    case Kind::FloatList:
      return c10::IValue(readList<double>(env, value, [&](napi_value element) { return readNumber(env, element, "a number"); }));
    case Kind::BoolList: {
      c10::List<bool> list;
      for (const int element : readList<int>(env, value, [&](napi_value item) { return readBool(env, item) ? 1 : 0; }))
        list.push_back(element != 0);
      return list;
    }
    case Kind::ScalarList: {
      c10::IValue list = c10::impl::GenericList(c10::NumberType::get());
      auto elements = list.toList();
      for (const auto& scalar : readList<at::Scalar>(env, value, [&](napi_value element) { return readScalar(env, element); }))
        elements.push_back(c10::IValue(scalar));
      return list;
    }
    case Kind::StringList:
      return c10::IValue(readList<std::string>(env, value, [&](napi_value element) { return readString(env, element); }));
    case Kind::Generator: fail("argument", "takes no generator: give null, and draw from a stream instead");
    case Kind::Unsupported: break;
  }
  fail("argument", "is of a kind that Patina does not pass to libtorch");
}

}  // namespace

c10::IValue toIValue(napi_env env, napi_value value, const ArgumentKind& argument, const HandleTable& tensors) {
  if (argument.kind == Kind::Tensor) {
    // The common case first: a question of the type less, for each argument of small operators.
    int32_t handle;
    if (napi_get_value_int32(env, value, &handle) == napi_ok) return tensors.get(handle);
  }
  const napi_valuetype type = typeOf(env, value);
  if (type == napi_undefined) {
    if (argument.hasDefault) return argument.defaultValue;
    fail("argument", "is missing");
  }
  if (type == napi_null) {
    if (argument.optional) return c10::IValue();
    fail("argument", "may not be null");
  }
  return readValue(env, value, argument, tensors);
}

napi_value fromIValue(napi_env env, c10::IValue&& value, HandleTable& tensors) {
  if (value.isTensor()) return makeInt32(env, tensors.add(std::move(value).toTensor()));
  if (value.isInt()) return makeNumber(env, static_cast<double>(value.toInt()));
  if (value.isDouble()) return makeNumber(env, value.toDouble());
  if (value.isBool()) return makeBool(env, value.toBool());
  if (value.isString()) return makeString(env, value.toStringRef());
  if (value.isScalar()) return makeNumber(env, value.toScalar().to<double>());
  napi_value result;
  if (value.isNone()) {
    napi_get_undefined(env, &result);
    return result;
  }
  if (value.isList()) {
    auto list = value.toList();
    napi_create_array_with_length(env, list.size(), &result);
    for (size_t i = 0; i < list.size(); i++)
      napi_set_element(env, result, i, fromIValue(env, c10::IValue(list.get(i)), tensors));
    return result;
  }
  fail("torch", "returned a " + value.tagKind() + ", which Patina does not read");
}

std::string describeTensor(const at::Tensor& tensor) {
  std::ostringstream text;
  text << "Tensor[";
  for (int64_t i = 0; i < tensor.dim(); i++) text << (i ? "," : "") << tensor.size(i);
  text << "] " << dtypeName(tensor.scalar_type());
  if (!tensor.device().is_cpu()) text << " " << tensor.device().str();
  return text.str();
}

std::string describeArgument(napi_env env, napi_value value, const ArgumentKind& argument, const HandleTable& tensors) {
  const napi_valuetype type = typeOf(env, value);
  if (type == napi_undefined) return "default";
  if (type == napi_null) return "null";
  if (isArray(env, value)) {
    uint32_t length = 0;
    napi_get_array_length(env, value, &length);
    const bool ofTensors = argument.kind == Kind::TensorList || argument.kind == Kind::OptionalTensorList;
    const ArgumentKind element{ofTensors ? Kind::Tensor : Kind::Scalar, Names::None, true, false, 0, false, {}};
    std::string text = "[";
    for (uint32_t i = 0; i < length && i < 8; i++) {
      napi_value item;
      napi_get_element(env, value, i, &item);
      text += (i ? "," : "") + describeArgument(env, item, element, tensors);
    }
    return text + (length > 8 ? ",...]" : "]");
  }
  if (argument.kind == Kind::Tensor) {
    int32_t handle;
    if (napi_get_value_int32(env, value, &handle) == napi_ok)
      if (const at::Tensor* tensor = tensors.find(handle)) return describeTensor(*tensor);
    return type == napi_number ? "released tensor" : "not a tensor";
  }
  if (type == napi_object && napi_get_named_property(env, value, "float", &value) != napi_ok) return "?";
  napi_value text;
  if (napi_coerce_to_string(env, value, &text) != napi_ok) return "?";
  return type == napi_string ? "\"" + readString(env, text) + "\"" : readString(env, text);
}

}  // namespace patina
