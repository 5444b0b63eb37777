// Gradients, and the modes of a thread that govern them.
#pragma once
#include <node_api.h>

namespace patina {

// (handle, gradient handle or 0, keep graph: boolean): accumulates into the leaves' gradients.
napi_value backward(napi_env env, napi_callback_info info);
// (outputs: handle[], inputs: handle[], keep graph) -> handle[]: gradients of the sum of outputs, leaves untouched; 0 where unused.
napi_value gradientsOf(napi_env env, napi_callback_info info);
napi_value gradientOf(napi_env env, napi_callback_info info);      // (handle) -> handle, 0 where there is none
napi_value setGradient(napi_env env, napi_callback_info info);     // (handle, handle or 0)
napi_value requiresGradient(napi_env env, napi_callback_info info);     // (handle) -> boolean
napi_value setRequiresGradient(napi_env env, napi_callback_info info);  // (handle, boolean)
napi_value setGradientMode(napi_env env, napi_callback_info info);  // (boolean) -> the mode before
napi_value enterInference(napi_env env, napi_callback_info info);
napi_value leaveInference(napi_env env, napi_callback_info info);
// ("cpu" or "cuda", dtype) begins a region of automatic casts; leaveAutocast ends the innermost one.
napi_value enterAutocast(napi_env env, napi_callback_info info);
napi_value leaveAutocast(napi_env env, napi_callback_info info);

}  // namespace patina
