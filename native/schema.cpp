#include "schema.h"

#include <c10/util/Exception.h>

#include <array>
#include <atomic>
#include <mutex>
#include <sstream>
#include <unordered_map>

#include "errors.h"

namespace patina {

namespace {

Names namesOf(const c10::TypePtr& realType) {
  switch (realType->kind()) {
    case c10::TypeKind::OptionalType: return namesOf(realType->containedType(0));
    case c10::TypeKind::ScalarTypeType: return Names::Dtype;
    case c10::TypeKind::LayoutType: return Names::Layout;
    case c10::TypeKind::MemoryFormatType: return Names::MemoryFormat;
    default: return Names::None;
  }
}

Kind listKindOf(const c10::TypePtr& element) {
  switch (element->kind()) {
    case c10::TypeKind::TensorType: return Kind::TensorList;
    case c10::TypeKind::OptionalType:
      return element->containedType(0)->kind() == c10::TypeKind::TensorType ? Kind::OptionalTensorList : Kind::Unsupported;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Kind::IntList;
    case c10::TypeKind::FloatType: return Kind::FloatList;
    case c10::TypeKind::BoolType: return Kind::BoolList;
    case c10::TypeKind::NumberType: return Kind::ScalarList;
    case c10::TypeKind::StringType: return Kind::StringList;
    default: return Kind::Unsupported;
  }
}

Kind kindOf(const c10::TypePtr& type) {
  switch (type->kind()) {
    case c10::TypeKind::TensorType: return Kind::Tensor;
    case c10::TypeKind::NumberType: return Kind::Scalar;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Kind::Int;
    case c10::TypeKind::FloatType: return Kind::Float;
    case c10::TypeKind::BoolType: return Kind::Bool;
    case c10::TypeKind::StringType: return Kind::String;
    case c10::TypeKind::DeviceObjType: return Kind::Device;
    case c10::TypeKind::GeneratorType: return Kind::Generator;
    case c10::TypeKind::ListType: return listKindOf(type->containedType(0));
    default: return Kind::Unsupported;
  }
}

ArgumentKind describe(const c10::Argument& argument) {
  c10::TypePtr type = argument.type();  // the "fake" type: SymInt arguments are Int here (engine.md 2.3)
  const bool optional = type->kind() == c10::TypeKind::OptionalType;
  if (optional) type = type->containedType(0);
  ArgumentKind result{kindOf(type), namesOf(argument.real_type()), optional, false, 0, false, {}};
  if (argument.N()) {
    result.fixedList = true;
    result.listLength = *argument.N();
  }
  if (argument.default_value()) {
    result.hasDefault = true;
    result.defaultValue = *argument.default_value();
  }
  return result;
}

// Operators are shared by all environments of the process and live as long as it. A table of fixed size lets a
// thread read its operator while another adds one; libtorch itself has about 3,000.
constexpr int32_t mostOperators = 16384;
std::mutex mutex;
std::array<std::atomic<const Operator*>, mostOperators> operators;
int32_t operatorCount = 0;
std::unordered_map<std::string, int32_t> ids;

std::string fullName(const std::string& name, const std::string& overload) {
  return overload.empty() ? name : name + "." + overload;
}

}  // namespace

int32_t resolveOperator(const std::string& name, const std::string& overload) {
  const std::string full = fullName(name, overload);
  std::lock_guard<std::mutex> lock(mutex);
  if (auto known = ids.find(full); known != ids.end()) return known->second;
  auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!handle) fail("torch", "this libtorch has no operator " + full + ". Check the name and the overload.");
  Operator op{*handle, full, {}, {}};
  for (const auto& argument : handle->schema().arguments()) op.arguments.push_back(describe(argument));
  for (const auto& result : handle->schema().returns())
    op.returnsAlias.push_back(result.alias_info() && result.alias_info()->isWrite());
  if (operatorCount == mostOperators) fail("torch", "too many operators were resolved");
  const int32_t id = operatorCount++;
  operators[id].store(new Operator(std::move(op)), std::memory_order_release);
  ids.emplace(full, id);
  return id;
}

const Operator& operatorOf(int32_t id) {
  const Operator* op = id < 0 || id >= mostOperators ? nullptr : operators[id].load(std::memory_order_acquire);
  if (!op) fail("argument", "no operator has the id " + std::to_string(id));
  return *op;
}

std::string schemaText(const std::string& name, const std::string& overload) {
  auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!handle) return "";
  std::ostringstream text;
  text << handle->schema();
  return text.str();
}

namespace {
struct NamedDtype {
  const char* name;
  at::ScalarType dtype;
};
constexpr NamedDtype dtypes[] = {
    {"float32", at::kFloat}, {"float64", at::kDouble}, {"float16", at::kHalf},  {"bfloat16", at::kBFloat16},
    {"uint8", at::kByte},    {"int8", at::kChar},      {"int16", at::kShort},   {"int32", at::kInt},
    {"int64", at::kLong},    {"bool", at::kBool},
};
}  // namespace

at::ScalarType parseDtype(const std::string& name) {
  for (const auto& entry : dtypes)
    if (name == entry.name) return entry.dtype;
  fail("argument", "no dtype is called \"" + name + "\". Known: float32, float64, float16, bfloat16, uint8, int8, int16, int32, int64, bool.");
}

const char* dtypeName(at::ScalarType dtype) {
  for (const auto& entry : dtypes)
    if (dtype == entry.dtype) return entry.name;
  return c10::toString(dtype);
}

}  // namespace patina
