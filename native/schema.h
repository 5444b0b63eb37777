// Operators of the dispatcher, resolved once: what each argument is, its default, and what comes back.
#pragma once
#include <ATen/core/dispatch/Dispatcher.h>

#include <string>
#include <vector>

namespace patina {

enum class Kind {
  Tensor, Scalar, Int, Float, Bool, String, Device, Generator,
  TensorList, OptionalTensorList, IntList, FloatList, BoolList, ScalarList, StringList,
  Unsupported
};

// Names that stand for integers in a schema: dtype, layout, memory format.
enum class Names { None, Dtype, Layout, MemoryFormat };

struct ArgumentKind {
  Kind kind;
  Names names;
  bool optional;        // None is allowed
  bool fixedList;       // int[2]: one number stands for a list of that length
  int32_t listLength;
  bool hasDefault;
  c10::IValue defaultValue;
};

struct Operator {
  c10::OperatorHandle handle;
  std::string name;     // aten::add.Tensor
  std::vector<ArgumentKind> arguments;
  std::vector<bool> returnsAlias;  // the return is one of the written arguments
};

// The dense id of an operator, e.g. ("aten::add", "Tensor"). Throws Failure "torch" where libtorch has none of that name.
int32_t resolveOperator(const std::string& name, const std::string& overload);
const Operator& operatorOf(int32_t id);
// Its schema as libtorch prints it; empty where there is none of that name.
std::string schemaText(const std::string& name, const std::string& overload);

// "float32" and so on to libtorch's codes and back. Throws Failure "argument" for an unknown name.
at::ScalarType parseDtype(const std::string& name);
const char* dtypeName(at::ScalarType dtype);

}  // namespace patina
