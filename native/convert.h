// Values between JavaScript and the dispatcher's stack.
#pragma once
#include <node_api.h>

#include "handles.h"
#include "schema.h"

namespace patina {

// One argument by its schema: undefined is the default, null is None. Throws Failure with what was expected.
c10::IValue toIValue(napi_env env, napi_value value, const ArgumentKind& argument, const HandleTable& tensors);

// One result: a tensor is a handle (0: undefined tensor), a list an array, None undefined.
napi_value fromIValue(napi_env env, c10::IValue&& value, HandleTable& tensors);

// An argument as a message shows it: "Tensor[4,4] float32", "[3,5]", "null".
std::string describeArgument(napi_env env, napi_value value, const ArgumentKind& argument, const HandleTable& tensors);
std::string describeTensor(const at::Tensor& tensor);

}  // namespace patina
