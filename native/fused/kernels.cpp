#include "kernels.h"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace patina {

namespace {

// 0, 1, 2 for portable, AVX2, AVX-512: the best that the user allows.
int wantedRank() {
  const char* const wanted = std::getenv("PATINA_VECTORS");
  const std::string name = wanted ? wanted : "avx512";
  if (name == "portable") return 0;
  if (name == "avx2") return 1;
  if (name == "avx512") return 2;
  throw std::invalid_argument("PATINA_VECTORS is \"portable\", \"avx2\" or \"avx512\", not \"" + name + "\"");
}

#ifdef PATINA_AVX512
bool hasAvx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

Kernels choose() {
  Kernels chosen = portableKernels;
  [[maybe_unused]] const int rank = wantedRank();
#ifdef PATINA_AVX2
  if (rank >= 1 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) chosen = avx2Kernels;
#endif
#ifdef PATINA_AVX512
  if (rank >= 2 && hasAvx512()) {
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
