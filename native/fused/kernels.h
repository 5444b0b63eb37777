// The loops of the fused operators, once for each instruction set. No header of libtorch or with inline functions of
// the standard library may come in here: the linker keeps one copy of those, perhaps one the processor cannot run.
#pragma once
#include <cstddef>
#include <cstdint>

namespace patina {

enum class Activation : int { none, relu, silu };

// Which elements dropout keeps: those whose hash, as a signed number, is not below the threshold (mask.h).
struct Mask {
  uint32_t offset = 0, salt = 0;
  int32_t threshold = INT32_MIN;
  bool dropsAny() const { return threshold > INT32_MIN; }
};

// Vectors of `stride` floats each, one after the other, in this order. With m = mean / q and q = 1 / (1 - p):
enum Coefficient : int {
  scale,      // q gamma / deviation
  center,     // m
  shift,      // beta
  dropped,    // beta - gamma mean / deviation: what a dropped element becomes
  meanError,  // sum e / n
  slope,      // q (sum of e times the normalised d) / (deviation n)
  coefficientCount
};

// A span of rows. A row is one pixel of one picture: `channels` elements side by side.
struct NormSpan {
  const void* input;      // u, from the first row of the tensor
  const void* gradient;   // of the output
  void* output;           // y, or the gradient of u
  int64_t firstRow, rowCount, channels;
  int64_t stride;         // channels, rounded up to a multiple of `vectorRounding`
  Mask mask;
  const float* coefficients;
  float* scratch;         // sumCount vectors of `stride` floats
  double* sums;           // sumCount vectors of `channels`: written, not added to
};
constexpr int64_t vectorRounding = 16;
constexpr int sumCount = 3;

// Numbers of the vectors in `sums`.
enum Sum : int {
  sumValues = 0, sumSquares = 1,                         // of forward's first pass, u - center where nothing is dropped
  sumErrors = 0, sumProducts = 1, sumKeptErrors = 2,     // of backward's first: e, k e (u - m), k e
};

using NormKernel = void (*)(const NormSpan&);

struct NormKernels {
  NormKernel statistics[2];  // by dropout
  NormKernel apply[2][3];    // by dropout, activation
  NormKernel gradientSums[2][3];
  NormKernel inputGradient[2][3];
};

struct SgdStep {
  float learningRate, momentum, weightDecay, gradientScale;
  bool nesterov;
};

struct AdamWStep {
  float beta1, beta2;
  float rest1, rest2;       // 1 - beta, taken in float64: from a float32 beta of 0.999 it would be off by 1e-5
  float epsilon;
  float decay;              // 1 - learning rate * weight decay
  float size;               // learning rate / (1 - beta1^step)
  float secondCorrection;   // sqrt(1 - beta2^step)
  float gradientScale;
};

// A convolution by squares of 3x3 pixels without borders, in float32, pixels of channels side by side: by tiles of 2x2
// outputs, with 16 products each where 36 are usual (winograd.inc.h).
struct WinogradLayout {
  int64_t imageHeight, imageWidth;
  int64_t border;                 // rows and columns of zeros around the images
  int64_t height, width;          // of the outputs
  int64_t inputs, outputs;        // channels
  int64_t paddedInputs, paddedOutputs;  // rounded up to multiples of `vectorRounding`
  int64_t tilesDown, tilesAcross; // of each image
};
constexpr int winogradPoints = 16;
constexpr int64_t winogradTiles = 24;  // at most in one call: what they need stays in the cache

struct WinogradSpan {
  WinogradLayout layout;
  const float* images;
  const float* weights;  // winogradPoints matrices [inputs, paddedOutputs]
  const float* bias;     // paddedOutputs
  const float* zeros;    // inputs
  float* result;
  int64_t firstTile, tileCount;
  float* scratch;        // winogradPoints * winogradTiles * (paddedInputs + paddedOutputs) numbers, any but NaN and infinities
};

struct Kernels {
  const char* name;
  NormKernels float32, bfloat16;
  // keep[i] = whether element first + i is kept.
  void (*mask)(const Mask&, uint32_t first, int64_t count, bool* keep);
  void (*sgd)(const SgdStep&, float* parameter, const float* gradient, float* momentum, int64_t count);
  void (*adamw)(const AdamWStep&, float* parameter, const float* gradient, float* mean, float* square, int64_t count);
  double (*sumOfSquares)(const float* values, int64_t count);
  // The matrices of some outputs, from weights [outputs,3,3,inputs]; firstOutput is a multiple of `vectorRounding`.
  void (*winogradWeights)(const WinogradLayout&, const float* weights, int64_t firstOutput, float* matrices);
  void (*winograd)(const WinogradSpan&);
};

extern const Kernels portableKernels;
#ifdef PATINA_AVX2
extern const Kernels avx2Kernels;
#endif
#ifdef PATINA_AVX512
extern const Kernels avx512Kernels;
#endif

// The best ones that this processor runs; PATINA_VECTORS=portable or avx2 asks for lesser ones.
const Kernels& kernels();

}  // namespace patina
