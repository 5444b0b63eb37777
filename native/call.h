// The one entry to every operator: call(id, ...arguments).
#pragma once
#include <node_api.h>

namespace patina {

// (name, overload) -> id for call.
napi_value resolve(napi_env env, napi_callback_info info);
// (name, overload) -> the schema's text, "" where libtorch has no such operator.
napi_value schema(napi_env env, napi_callback_info info);
// (id, ...arguments) -> result: a handle, number, array of such, or undefined.
napi_value call(napi_env env, napi_callback_info info);

}  // namespace patina
