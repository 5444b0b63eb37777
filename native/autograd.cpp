#include "autograd.h"

#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

#include <memory>
#include <vector>

#include "arguments.h"
#include "environment.h"
#include "schema.h"

// From 2.4 on autocast is set by device; before, CPU and CUDA had functions of their own (engine.md 11.1).
#define PATINA_AUTOCAST_BY_DEVICE (TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4))

namespace patina {

namespace {

HandleTable& tensors() { return environment().tensors; }

torch::autograd::variable_list readTensors(napi_env env, napi_value value) {
  uint32_t length = 0;
  if (napi_get_array_length(env, value, &length) != napi_ok) fail("argument", "expected an array of tensors");
  torch::autograd::variable_list list;
  for (uint32_t i = 0; i < length; i++) {
    napi_value element;
    napi_get_element(env, value, i, &element);
    list.push_back(tensors().get(readInt32(env, element)));
  }
  return list;
}

std::string named(const char* name) { return name; }

}  // namespace

napi_value backward(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return named("backward"); }, [&]() -> napi_value {
    const auto arguments = readArguments<3>(env, info);
    const Handle gradient = readInt32(env, arguments[1]);
    torch::autograd::variable_list gradients;
    if (gradient) gradients.push_back(tensors().get(gradient));
    torch::autograd::backward({tensors().get(readInt32(env, arguments[0]))}, gradients, readBool(env, arguments[2]));
    return nullptr;
  });
}

napi_value gradientsOf(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return named("gradientsOf"); }, [&] {
    const auto arguments = readArguments<3>(env, info);
    const auto outputs = readTensors(env, arguments[0]), inputs = readTensors(env, arguments[1]);
    const auto found = torch::autograd::grad(outputs, inputs, {}, readBool(env, arguments[2]), false, true);
    napi_value result;
    napi_create_array_with_length(env, found.size(), &result);
    for (size_t i = 0; i < found.size(); i++) napi_set_element(env, result, i, makeInt32(env, tensors().add(found[i])));
    return result;
  });
}

napi_value gradientOf(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return named("gradient"); }, [&] {
    return makeInt32(env, tensors().add(tensors().get(readInt32(env, readArguments<1>(env, info)[0])).grad()));
  });
}

napi_value setGradient(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return named("setGradient"); }, [&]() -> napi_value {
    const auto arguments = readArguments<2>(env, info);
    const Handle gradient = readInt32(env, arguments[1]);
    at::Tensor tensor = tensors().get(readInt32(env, arguments[0]));
    tensor.mutable_grad() = gradient ? tensors().get(gradient) : at::Tensor();
    return nullptr;
  });
}

napi_value requiresGradient(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return named("requiresGradient"); }, [&] {
    return makeBool(env, tensors().get(readInt32(env, readArguments<1>(env, info)[0])).requires_grad());
  });
}

napi_value setRequiresGradient(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return named("setRequiresGradient"); }, [&]() -> napi_value {
    const auto arguments = readArguments<2>(env, info);
    tensors().get(readInt32(env, arguments[0])).requires_grad_(readBool(env, arguments[1]));
    return nullptr;
  });
}

napi_value setGradientMode(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return named("setGradientMode"); }, [&] {
    const bool before = at::GradMode::is_enabled();
    at::GradMode::set_enabled(readBool(env, readArguments<1>(env, info)[0]));
    return makeBool(env, before);
  });
}

namespace {

thread_local std::vector<std::unique_ptr<c10::InferenceMode>> inferenceRegions;

struct AutocastRegion {
  at::DeviceType device;
  bool wasEnabled;
  at::ScalarType dtypeBefore;
};
thread_local std::vector<AutocastRegion> autocastRegions;

// setAutocast takes the dtype first: where libtorch refuses it, as 1.13 does float16 on CPUs, nothing is switched on.
#if PATINA_AUTOCAST_BY_DEVICE
bool autocastEnabled(at::DeviceType device) { return at::autocast::is_autocast_enabled(device); }
at::ScalarType autocastDtype(at::DeviceType device) { return at::autocast::get_autocast_dtype(device); }
void setAutocast(at::DeviceType device, bool enabled, at::ScalarType dtype) {
  at::autocast::set_autocast_dtype(device, dtype);
  at::autocast::set_autocast_enabled(device, enabled);
}
#else
bool autocastEnabled(at::DeviceType device) {
  return device == at::kCPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
}
at::ScalarType autocastDtype(at::DeviceType device) {
  return device == at::kCPU ? at::autocast::get_autocast_cpu_dtype() : at::autocast::get_autocast_gpu_dtype();
}
void setAutocast(at::DeviceType device, bool enabled, at::ScalarType dtype) {
  if (device == at::kCPU) {
    at::autocast::set_autocast_cpu_dtype(dtype);
    at::autocast::set_cpu_enabled(enabled);
  } else {
    at::autocast::set_autocast_gpu_dtype(dtype);
    at::autocast::set_enabled(enabled);
  }
}
#endif

}  // namespace

napi_value enterInference(napi_env, napi_callback_info) {
  inferenceRegions.push_back(std::make_unique<c10::InferenceMode>());
  return nullptr;
}

napi_value leaveInference(napi_env, napi_callback_info) {
  if (!inferenceRegions.empty()) inferenceRegions.pop_back();
  return nullptr;
}

napi_value enterAutocast(napi_env env, napi_callback_info info) {
  return guarded(env, [] { return named("autocast"); }, [&]() -> napi_value {
    const auto arguments = readArguments<2>(env, info);
    const at::DeviceType device = c10::Device(readString(env, arguments[0])).type();
    const at::ScalarType dtype = parseDtype(readString(env, arguments[1]));
    const AutocastRegion region{device, autocastEnabled(device), autocastDtype(device)};
    setAutocast(device, true, dtype);
    autocastRegions.push_back(region);
    at::autocast::increment_nesting();
    return nullptr;
  });
}

napi_value leaveAutocast(napi_env, napi_callback_info) {
  if (autocastRegions.empty()) return nullptr;
  const AutocastRegion region = autocastRegions.back();
  autocastRegions.pop_back();
  setAutocast(region.device, region.wasEnabled, region.dtypeBefore);
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  return nullptr;
}

}  // namespace patina
