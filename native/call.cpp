#include "call.h"

#include <ATen/core/stack.h>

#include "arguments.h"
#include "convert.h"
#include "environment.h"
#include "memory.h"

namespace patina {

napi_value resolve(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string(); }, [&] {
    auto arguments = readArguments<2>(env, info);
    return makeInt32(env, resolveOperator(readString(env, arguments[0]), readString(env, arguments[1])));
  });
}

napi_value schema(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("schema"); }, [&] {
    auto arguments = readArguments<2>(env, info);
    return makeString(env, schemaText(readString(env, arguments[0]), readString(env, arguments[1])));
  });
}

namespace {

constexpr size_t mostArguments = 48;

// Stacks keep their memory between calls, and are emptied whatever happens: a value left behind would keep a tensor alive.
struct StackHolder {
  torch::jit::Stack& stack;
  ~StackHolder() { stack.clear(); }
};

std::string describeCall(napi_env env, const Operator* op, const napi_value* values, size_t count) {
  if (!op) return "call";
  std::string text = op->name + "(";
  for (size_t i = 0; i < op->arguments.size() && i < count; i++)
    text += (i ? ", " : "") + describeArgument(env, values[i], op->arguments[i], environment().tensors);
  return text + ")";
}

// In-place operators return their own argument: its handle is given back, or every add_ would leak one.
napi_value writtenArgument(napi_env env, const at::Tensor& result, const Operator& op, const napi_value* values, size_t count) {
  if (!result.defined()) return nullptr;
  const HandleTable& tensors = environment().tensors;
  for (size_t i = 0; i < op.arguments.size() && i < count; i++) {
    if (op.arguments[i].kind != Kind::Tensor) continue;
    int32_t handle;
    if (napi_get_value_int32(env, values[i], &handle) != napi_ok) continue;
    const at::Tensor* tensor = tensors.find(handle);
    if (tensor && tensor->unsafeGetTensorImpl() == result.unsafeGetTensorImpl()) return values[i];
  }
  return nullptr;
}

napi_value makeResult(napi_env env, const Operator& op, size_t index, c10::IValue&& value, const napi_value* values, size_t count) {
  if (op.returnsAlias[index] && value.isTensor())
    if (napi_value same = writtenArgument(env, value.toTensor(), op, values, count)) return same;
  return fromIValue(env, std::move(value), environment().tensors);
}

}  // namespace

napi_value call(napi_env env, napi_callback_info info) {
  thread_local torch::jit::Stack sharedStack;
  torch::jit::Stack stack = std::move(sharedStack);  // moved out: a kernel of ours may call back into call
  StackHolder holder{stack};
  napi_value values[mostArguments + 1];
  size_t count = mostArguments + 1;
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  const napi_value* given = values + 1;
  const size_t givenCount = count > 0 ? count - 1 : 0;
  const Operator* op = nullptr;
  try {
    int32_t id;
    if (count == 0 || napi_get_value_int32(env, values[0], &id) != napi_ok) fail("argument", "expected an operator id");
    op = &operatorOf(id);
    const size_t argumentCount = op->arguments.size();
    if (givenCount > argumentCount)
      fail("argument", "takes " + std::to_string(argumentCount) + " arguments and was given " + std::to_string(givenCount));
    const HandleTable& tensors = environment().tensors;
    for (size_t i = 0; i < argumentCount; i++) {
      const ArgumentKind& argument = op->arguments[i];
      if (i >= givenCount) {
        if (!argument.hasDefault) fail("argument", "argument \"" + op->handle.schema().arguments()[i].name() + "\" is missing");
        stack.emplace_back(argument.defaultValue);
        continue;
      }
      try {
        stack.emplace_back(toIValue(env, given[i], argument, tensors));
      } catch (const Failure& failure) {
        fail(failure.code, "argument \"" + op->handle.schema().arguments()[i].name() + "\": " + failure.message);
      }
    }
    op->handle.callBoxed(&stack);
    napi_value result = nullptr;
    if (stack.size() == 1) {
      result = makeResult(env, *op, 0, std::move(stack[0]), given, givenCount);
    } else if (stack.empty()) {
      napi_get_undefined(env, &result);
    } else {
      napi_create_array_with_length(env, stack.size(), &result);
      for (size_t i = 0; i < stack.size(); i++)
        napi_set_element(env, result, i, makeResult(env, *op, i, std::move(stack[i]), given, givenCount));
    }
    reportMemory(env);
    stack.clear();
    sharedStack = std::move(stack);
    return result;
  } catch (...) {
    rethrowInJavaScript(env, describeCall(env, op, given, givenCount));
    return nullptr;
  }
}

}  // namespace patina
