// Memory: what V8 is told of tensors, and what the process gives back.
#pragma once
#include <node_api.h>

namespace patina {

// Tells V8 how much memory hangs on live handles: the most since trimMemory. It then collects where they pile up, and the
// leak check (src/engine/leak-check.ts) hears of those that were forgotten; nothing else frees a tensor for its object.
void reportMemory(napi_env env);

// () -> { live, peak, bytes }: handles alive, the most ever alive, bytes of their storages.
napi_value handleCounts(napi_env env, napi_callback_info info);
// (): the allocator and glibc give freed pages back to the system, and V8 learns what is alive now.
napi_value trimMemory(napi_env env, napi_callback_info info);

}  // namespace patina
