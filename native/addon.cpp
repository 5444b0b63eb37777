// Registration only: which native functions JavaScript sees. Loaded by src/engine/native.ts, which documents them.
#include <node_api.h>

#include "autograd.h"
#include "call.h"
#include "device.h"
#include "environment.h"
#include "errors.h"
#include "fused/allocator.h"
#include "memory.h"
#include "tensors.h"

namespace patina {

namespace {

// Null until the environment's start and after its end. Static destruction of tensors at thread exit would come too
// late: the table is emptied by the environment's clean-up hook.
thread_local Environment* current = nullptr;

void endEnvironment(void* data) {
  const napi_env env = static_cast<napi_env>(data);
  if (current->errorFactory) napi_delete_reference(env, current->errorFactory);
  delete current;
  current = nullptr;
  forgetEndedViews(env);  // those that ended with the table too
}

}  // namespace

Environment& environment() { return *current; }

}  // namespace patina

NAPI_MODULE_INIT() {
  using namespace patina;
  installAllocator();
  if (!current) {
    current = new Environment();
    napi_add_env_cleanup_hook(env, endEnvironment, env);
  }
  const struct {
    const char* name;
    napi_callback function;
  } entries[] = {
      {"setErrorFactory", setErrorFactory}, {"resolve", resolve}, {"schema", schema}, {"call", call},
      {"copyFrom", copyFrom}, {"viewOf", viewOf}, {"copyTo", copyTo}, {"item", item},
      {"shape", shapeOf}, {"strides", stridesOf}, {"dtype", dtypeOf}, {"device", deviceOf},
      {"release", release}, {"releaseMany", releaseMany}, {"isLive", isLive},
      {"backward", backward}, {"gradientsOf", gradientsOf}, {"gradient", gradientOf}, {"setGradient", setGradient},
      {"requiresGradient", requiresGradient}, {"setRequiresGradient", setRequiresGradient},
      {"setGradientMode", setGradientMode}, {"enterInference", enterInference}, {"leaveInference", leaveInference},
      {"enterAutocast", enterAutocast}, {"leaveAutocast", leaveAutocast},
      {"libraryInfo", libraryInfo}, {"threadCount", threadCount}, {"setThreadCount", setThreadCount},
      {"setSwitch", setSwitch}, {"synchronize", synchronize}, {"deviceMemory", deviceMemory},
      {"handleCounts", handleCounts}, {"trimMemory", trimMemory},
  };
  for (const auto& entry : entries) {
    napi_value function;
    napi_create_function(env, entry.name, NAPI_AUTO_LENGTH, entry.function, nullptr, &function);
    napi_set_named_property(env, exports, entry.name, function);
  }
  return exports;
}
