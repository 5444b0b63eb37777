// What one JavaScript environment (the main thread or a worker) owns. Made at load, emptied when the environment ends.
#pragma once
#include <node_api.h>

#include "handles.h"

namespace patina {

struct Environment {
  napi_ref errorFactory = nullptr;
  HandleTable tensors;
  int64_t reportedBytes = 0;  // what V8 was last told of
};

// An environment lives on one thread for all its life, so the current one is a thread-local.
Environment& environment();

}  // namespace patina
