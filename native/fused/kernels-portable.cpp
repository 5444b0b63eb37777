// For every processor: what the compiler writes without asking for more (SSE2 on x86-64, NEON on ARM).
#define PATINA_WIDTH 4
#define PATINA_NAME "portable"
#define PATINA_KERNELS portableKernels
#include "kernels.inc.h"
