// For processors with AVX-512 (F, BW, CD, DQ, VL).
#define PATINA_WIDTH 16
#define PATINA_NAME "avx512"
#define PATINA_KERNELS avx512Kernels
#include "kernels.inc.h"
