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

#ifdef PATINA_AVX512
bool hasAvx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

Kernels choose() {
  Kernels chosen = portableKernels;
#ifdef PATINA_AVX2
  if (isAllowed(1) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) chosen = avx2Kernels;
#endif
#ifdef PATINA_AVX512
  if (isAllowed(2) && hasAvx512()) {
    const NormKernels bfloat16 = chosen.bfloat16;
    chosen = avx512Kernels;
    // Its loops over bfloat16 round by an instruction that not all of these processors have.
    if (!__builtin_cpu_supports("avx512bf16")) chosen.bfloat16 = bfloat16;
  }
#endif
  return chosen;
}

}  // namespace

const Kernels& kernels() {
  static const Kernels chosen = choose();
  return chosen;
}

}  // namespace patina
