// Which elements dropout keeps: a hash of the element's place and of a key, so that no mask need be stored and none
// depends on threads. The place counts in memory order: row-major, with channels last where there are four dimensions.
#pragma once
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

#include "kernels.h"

namespace patina {

// The two halves of SplitMix64's output for the key: neighbouring keys give unrelated masks.
inline Mask makeMask(double probability, int64_t key, int64_t elementCount) {
  TORCH_CHECK(probability >= 0 && probability < 1, "the dropout probability is in [0, 1), not ", probability);
  TORCH_CHECK(elementCount <= int64_t{1} << 32, "dropout masks have up to 2^32 elements, not ", elementCount);
  uint64_t hash = static_cast<uint64_t>(key) + 0x9e3779b97f4a7c15;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  hash ^= hash >> 31;
  const int64_t threshold = std::min<int64_t>(std::llround(probability * 4294967296.0), 4294967295) - 2147483648;
  return {static_cast<uint32_t>(hash), static_cast<uint32_t>(hash >> 32), static_cast<int32_t>(threshold)};
}

}  // namespace patina
