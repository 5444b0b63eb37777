// Tensors from and to JavaScript's typed arrays, and what a tensor is.
#pragma once
#include <node_api.h>

namespace patina {

// (typed array, dtype, shape) -> handle of a tensor with a copy of the bytes.
napi_value copyFrom(napi_env env, napi_callback_info info);
// (typed array, dtype, shape) -> handle of a tensor over the same memory; the array lives until the tensor's end.
napi_value viewOf(napi_env env, napi_callback_info info);
// Lets go of the arrays of views that ended since; viewOf does so too.
void forgetEndedViews(napi_env env);
// (handle, typed array): copies the contiguous values of a tensor on any device into the array, byte for byte.
napi_value copyTo(napi_env env, napi_callback_info info);
// (handle) -> number or boolean of a tensor with one element.
napi_value item(napi_env env, napi_callback_info info);

napi_value shapeOf(napi_env env, napi_callback_info info);    // (handle) -> number[]
napi_value stridesOf(napi_env env, napi_callback_info info);  // (handle) -> number[], in elements
napi_value dtypeOf(napi_env env, napi_callback_info info);    // (handle) -> string
napi_value deviceOf(napi_env env, napi_callback_info info);   // (handle) -> "cpu", "cuda:0"
// (handle): frees it; a handle already freed is an error.
napi_value release(napi_env env, napi_callback_info info);
// (Int32Array, from, to): frees the live ones of these handles; 0 and freed ones are passed over.
napi_value releaseMany(napi_env env, napi_callback_info info);
// (handle) -> boolean
napi_value isLive(napi_env env, napi_callback_info info);

}  // namespace patina
