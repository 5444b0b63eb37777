#include "memory.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "arguments.h"
#include "environment.h"
#include "fused/allocator.h"

namespace patina {

namespace {

void report(napi_env env, int64_t change) {
  int64_t total;
  napi_adjust_external_memory(env, change, &total);
  environment().reportedBytes += change;
}

}  // namespace

void reportMemory(napi_env env) {
  // A training step goes up and down by a gigabyte: told of every change, V8 collects eight times a step on another
  // thread, which costs 4 % of it (measured). Told of the most, it collects where more and more is alive.
  const int64_t growth = environment().tensors.bytes() - environment().reportedBytes;
  if (growth >= (32 << 20)) report(env, growth);
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

napi_value trimMemory(napi_env env, napi_callback_info) {
  report(env, environment().tensors.bytes() - environment().reportedBytes);
  trimAllocator();
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
  return nullptr;
}

}  // namespace patina
