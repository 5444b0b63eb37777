// The machine as libtorch sees it: version, threads, devices, switches of its libraries.
#pragma once
#include <node_api.h>

namespace patina {

// () -> { version, configuration, parallel, cudaDevices }
napi_value libraryInfo(napi_env env, napi_callback_info info);
napi_value threadCount(napi_env env, napi_callback_info info);     // () -> number
napi_value setThreadCount(napi_env env, napi_callback_info info);  // (number)
// (name, boolean): "tf32", "cudnn-benchmark"
napi_value setSwitch(napi_env env, napi_callback_info info);
napi_value synchronize(napi_env env, napi_callback_info info);  // (): waits for the GPU
// (device index) -> { allocated, reserved, total } bytes, or undefined where this build cannot tell.
napi_value deviceMemory(napi_env env, napi_callback_info info);

}  // namespace patina
