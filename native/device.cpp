#include "device.h"

#include <ATen/Config.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/cuda.h>
#include <torch/version.h>

// Since these versions allocators of every kind of device tell of their memory; before, it took CUDA's own headers.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 13)
#define PATINA_DEVICE_MEMORY 1
#include <ATen/ops/empty.h>
#include <c10/core/CachingDeviceAllocator.h>
#endif

#include "arguments.h"

#define PATINA_TEXT(value) #value
#define PATINA_VERSION(major, minor, patch) PATINA_TEXT(major) "." PATINA_TEXT(minor) "." PATINA_TEXT(patch)

namespace patina {

napi_value libraryInfo(napi_env env, napi_callback_info) {
  return guarded(env, [] { return std::string("libraryInfo"); }, [&] {
    napi_value result;
    napi_create_object(env, &result);
    const auto set = [&](const char* name, napi_value value) { napi_set_named_property(env, result, name, value); };
    set("version", makeString(env, PATINA_VERSION(TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH)));
    set("configuration", makeString(env, at::show_config()));
    set("parallel", makeString(env, at::get_parallel_info()));
    set("cudaDevices", makeNumber(env, static_cast<double>(torch::cuda::device_count())));
    return result;
  });
}

napi_value threadCount(napi_env env, napi_callback_info) { return makeInt32(env, at::get_num_threads()); }

napi_value setThreadCount(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("setThreads"); }, [&]() -> napi_value {
    const int32_t count = readInt32(env, readArguments<1>(env, info)[0]);
    if (count < 1 || count > 1024) fail("argument", "threads go from 1 to 1024, not " + std::to_string(count));
    at::set_num_threads(count);
    return nullptr;
  });
}

napi_value setSwitch(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("setSwitch"); }, [&]() -> napi_value {
    const auto arguments = readArguments<2>(env, info);
    const std::string name = readString(env, arguments[0]);
    const bool on = readBool(env, arguments[1]);
    at::Context& context = at::globalContext();
    if (name == "tf32") {
      context.setAllowTF32CuBLAS(on);
      context.setAllowTF32CuDNN(on);
    } else if (name == "cudnn-benchmark") {
      context.setBenchmarkCuDNN(on);
    } else {
      fail("argument", "no switch is called \"" + name + "\". Known: tf32, cudnn-benchmark.");
    }
    return nullptr;
  });
}

napi_value synchronize(napi_env env, napi_callback_info) {
  return guarded(env, [] { return std::string("synchronize"); }, [&]() -> napi_value {
    if (torch::cuda::is_available()) torch::cuda::synchronize();
    return nullptr;
  });
}

napi_value deviceMemory(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return std::string("deviceMemory"); }, [&]() -> napi_value {
    const int32_t index = readInt32(env, readArguments<1>(env, info)[0]);
#ifdef PATINA_DEVICE_MEMORY
    if (index < 0 || index >= static_cast<int64_t>(torch::cuda::device_count()))
      fail("argument", "there is no device cuda:" + std::to_string(index));
    const at::Device device(at::kCUDA, static_cast<at::DeviceIndex>(index));
    at::empty({0}, at::TensorOptions(device));  // the allocator begins with a first tensor
    at::DeviceAllocator* const allocator = at::getDeviceAllocator(at::kCUDA);
    const auto stats = allocator->getDeviceStats(device.index());
    napi_value result;
    napi_create_object(env, &result);
    const auto set = [&](const char* name, double bytes) { napi_set_named_property(env, result, name, makeNumber(env, bytes)); };
    set("allocated", static_cast<double>(stats.allocated_bytes[0].current));
    set("reserved", static_cast<double>(stats.reserved_bytes[0].current));
    set("total", static_cast<double>(allocator->getMemoryInfo(device.index()).second));
    return result;
#else
    (void)index;
    return nullptr;
#endif
  });
}

}  // namespace patina
