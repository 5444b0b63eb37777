#include "kernels.h"

#include <cstdlib>
#include <cstring>

namespace patina {

namespace {

bool isAllowed(int rank) {
  const char* wanted = std::getenv("PATINA_VECTORS");
  if (!wanted) return true;
  const int limit = !std::strcmp(wanted, "portable") ? 0 : !std::strcmp(wanted, "avx2") ? 1 : 2;
  return rank <= limit;
}

const Kernels& choose() {
#ifdef PATINA_AVX512
  // The file's flags allow instructions for bfloat16 too, but only intrinsics would become some: none are used.
  if (isAllowed(2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return avx512Kernels;
#endif
#ifdef PATINA_AVX2
  if (isAllowed(1) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2Kernels;
#endif
  return portableKernels;
}

}  // namespace

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace patina
