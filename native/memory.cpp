#include "memory.h"

#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "arguments.h"
#include "environment.h"
#include "fused/allocator.h"

namespace patina {

void reportMemory(napi_env env) {
  Environment& current = environment();
  const int64_t change = current.tensors.bytes() - current.reportedBytes;
  if (std::llabs(change) < (1 << 20)) return;
  int64_t total;
  napi_adjust_external_memory(env, change, &total);
  current.reportedBytes += change;
}

napi_value handleCounts(napi_env env, napi_callback_info) {
  const HandleTable& tensors = environment().tensors;
  napi_value result;
  napi_create_object(env, &result);
  napi_set_named_property(env, result, "live", makeNumber(env, static_cast<double>(tensors.live())));
  napi_set_named_property(env, result, "peak", makeNumber(env, static_cast<double>(tensors.peak())));
  napi_set_named_property(env, result, "bytes", makeNumber(env, static_cast<double>(tensors.bytes())));
  return result;
}

napi_value trimMemory(napi_env, napi_callback_info) {
  trimAllocator();
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
  return nullptr;
}

}  // namespace patina
