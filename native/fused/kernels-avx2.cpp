// For processors with AVX2 and FMA.
#define PATINA_WIDTH 8
#define PATINA_NAME "avx2"
#define PATINA_KERNELS avx2Kernels
#include "kernels.inc.h"
