// The loops of kernels.h in vectors of PATINA_WIDTH floats: GCC's vector types become the instructions that the file's
// flags allow. Everything is in an anonymous namespace, so that no two instruction sets share a function.
#if PATINA_WIDTH == 16
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"  // false alarms of GCC 12 about its own header
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif

#include <cstring>

#include "kernels.h"

namespace patina {
namespace {

constexpr int width = PATINA_WIDTH;
static_assert(vectorRounding % width == 0, "coefficients are padded to whole vectors");

typedef float Floats __attribute__((vector_size(width * 4)));
typedef int32_t Ints __attribute__((vector_size(width * 4)));
typedef uint32_t Words __attribute__((vector_size(width * 4)));
typedef uint16_t Halves __attribute__((vector_size(width * 2)));

// bfloat16 is the upper half of a float32.
struct BFloat16 {
  uint16_t bits;
};

inline Floats splat(float value) { return value - Floats{}; }
inline Words splatWord(uint32_t value) { return value - Words{}; }

inline Words countUp() {
  Words result;
  for (int i = 0; i < width; i++) result[i] = static_cast<uint32_t>(i);
  return result;
}

inline Floats load(const float* from) {
  Floats result;
  std::memcpy(&result, from, sizeof result);
  return result;
}

inline void store(float* to, Floats value) { std::memcpy(to, &value, sizeof value); }

// GCC takes two halves apart and puts them together again, so the largest vectors are given their instructions by name.
#if PATINA_WIDTH == 16
inline Floats widen(Halves bits) { return (Floats)_mm512_slli_epi32(_mm512_cvtepu16_epi32((__m256i)bits), 16); }
#else
inline Floats widen(Halves bits) { return (Floats)(__builtin_convertvector(bits, Words) << 16); }
#endif

inline Floats load(const BFloat16* from) {
  Halves bits;
  std::memcpy(&bits, from, sizeof bits);
  return widen(bits);
}

#if PATINA_WIDTH == 16
inline Halves narrow(Floats value) { return (Halves)_mm512_cvtneps_pbh((__m512)value); }
#else
// To the nearest, ties to even; what is not a number stays so.
inline Halves narrow(Floats value) {
  const Words bits = (Words)value;
  const Words rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  const Words result = (Ints)(bits & 0x7fffffff) > 0x7f800000 ? splatWord(0x7fc0) : rounded;
  return __builtin_convertvector(result, Halves);
}
#endif

inline void store(BFloat16* to, Floats value) {
  const Halves bits = narrow(value);
  std::memcpy(to, &bits, sizeof bits);
}

// The last `count` channels of a row, where they fill no vector.
inline Floats loadPart(const float* from, int64_t count) {
  Floats result{};
  std::memcpy(&result, from, count * sizeof(float));
  return result;
}

inline Floats loadPart(const BFloat16* from, int64_t count) {
  Halves bits{};
  std::memcpy(&bits, from, count * sizeof(uint16_t));
  return widen(bits);
}

inline void storePart(float* to, Floats value, int64_t count) { std::memcpy(to, &value, count * sizeof(float)); }

inline void storePart(BFloat16* to, Floats value, int64_t count) {
  const Halves bits = narrow(value);
  std::memcpy(to, &bits, count * sizeof(uint16_t));
}

// True (all bits set) where the element is kept. `place` is the element's index plus the mask's offset.
inline Ints keptWhere(Words place, const Mask& mask) {
  Words hash = place ^ (place >> 16);
  hash *= 0x7feb352d;
  hash ^= (hash >> 15) ^ mask.salt;
  hash *= 0x846ca68b;
  return (Ints)hash >= mask.threshold;
}

// 2^x for x in [-126, 126].
#if PATINA_WIDTH == 16
inline Floats powerOfTwo(Floats x) {
  const Floats rest = (Floats)_mm512_reduce_ps((__m512)x, 0);  // x - round(x)
  const Floats whole = x - rest;
#else
inline Floats powerOfTwo(Floats x) {
  const Floats shifter = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to whole numbers
  const Floats shifted = x + shifter;
  const Floats rest = x - (shifted - shifter);
#endif
  Floats power = splat(1.535336188319500e-4f);
  power = power * rest + 1.339887440266574e-3f;
  power = power * rest + 9.618437357674640e-3f;
  power = power * rest + 5.550332471162809e-2f;
  power = power * rest + 2.402264791363012e-1f;
  power = power * rest + 6.931472028550421e-1f;
  power = power * rest + 1.0f;
#if PATINA_WIDTH == 16
  return (Floats)_mm512_scalef_ps((__m512)power, (__m512)whole);
#else
  return (Floats)((Words)power + ((Words)shifted << 23));
#endif
}

// 1 / (1 + exp(-z)).
inline Floats sigmoid(Floats z) {
  Floats x = z * -1.44269504088896341f;
#if PATINA_WIDTH != 16
  // |x| is limited on its bits: float comparisons became slow masked code. What is not a number still shows, since every
  // use multiplies by z too.
  const Ints magnitude = (Ints)x & 0x7fffffff, limit = (Ints)splat(126.0f);
  x = (Floats)((magnitude < limit ? magnitude : limit) | ((Ints)x & (Ints)splat(-0.0f)));
#endif
  return 1.0f / (1.0f + powerOfTwo(x));
}

inline Floats zeroUnless(Ints where, Floats value) { return (Floats)((Ints)value & where); }

template <Activation activation>
inline Floats activate(Floats z) {
  if (activation == Activation::silu) return z * sigmoid(z);
  if (activation == Activation::relu) return zeroUnless(~(z < 0), z);  // not z > 0: NaN passes
  return z;
}

// The gradient of z from that of its activation.
template <Activation activation>
inline Floats gradientOfActivation(Floats z, Floats gradient) {
  if (activation == Activation::silu) {
    const Floats s = sigmoid(z);
    return gradient * (s * (1.0f + z * (1.0f - s)));
  }
  if (activation == Activation::relu) return zeroUnless(~(z <= 0), gradient);
  return gradient;
}

// The coefficients of the vector of channels at `channel`.
template <bool dropout>
struct Line {
  Floats scale, center, shift, dropped;

  Line(const float* at, int64_t stride)
      : scale(load(at + Coefficient::scale * stride)),
        center(load(at + Coefficient::center * stride)),
        shift(load(at + Coefficient::shift * stride)),
        dropped(dropout ? load(at + Coefficient::dropped * stride) : Floats{}) {}

  Floats normalise(Floats offset, Ints kept) const {
    const Floats z = offset * scale + shift;
    return dropout ? (kept ? z : dropped) : z;
  }
};

// Calls body(element, channel, count, place) for every vector of the rows; count is width, or less at a row's end.
// The second callable has a constant count: there the compiler writes whole vectors.
struct Whole {
  template <typename T>
  static Floats read(const T* from) {
    Floats value = load(from);
#if PATINA_WIDTH == 16
    asm("" : "+v"(value));  // else loads wait for the mask of a later choice, and take twice as long
#endif
    return value;
  }
  template <typename T>
  static void write(T* to, Floats value) { store(to, value); }
};
struct Part {
  int64_t count;
  template <typename T>
  Floats read(const T* from) const { return loadPart(from, count); }
  template <typename T>
  void write(T* to, Floats value) const { storePart(to, value, count); }
};

template <typename Body>
inline __attribute__((always_inline)) void overRows(int64_t firstRow, int64_t rowCount, int64_t channels, const Mask& mask,
                                                    const Body& body) {
  const int64_t first = firstRow * channels, end = first + rowCount * channels;
  Words places = countUp() + (mask.offset + static_cast<uint32_t>(first));
  if (channels % width == 0) {
    // One loop, not two: the compiler would make all constants anew for every row.
    int64_t channel = 0;
    for (int64_t element = first; element < end; element += width, places += width) {
      body(element, channel, places, Whole());
      channel = channel + width == channels ? 0 : channel + width;
    }
    return;
  }
  const int64_t whole = channels / width * width;
  for (int64_t element = first; element < end; element += channels, places += static_cast<uint32_t>(channels)) {
    for (int64_t channel = 0; channel < whole; channel += width)
      body(element + channel, channel, places + static_cast<uint32_t>(channel), Whole());
    body(element + whole, whole, places + static_cast<uint32_t>(whole), Part{channels - whole});
  }
}

// Adds up in float32 over this many rows, then in float64.
constexpr int64_t rowsInFloat = 256;

template <int count, typename Body>
inline __attribute__((always_inline)) void sumRows(const NormSpan& span, const Body& body) {
  const int64_t channels = span.channels, stride = span.stride;
  float* const scratch = span.scratch;
  double* const sums = span.sums;
  for (int64_t i = 0; i < count * channels; i++) sums[i] = 0;
  for (int64_t done = 0; done < span.rowCount; done += rowsInFloat) {
    const int64_t rows = span.rowCount - done < rowsInFloat ? span.rowCount - done : rowsInFloat;
    for (int64_t i = 0; i < count * stride; i++) scratch[i] = 0;
    overRows(span.firstRow + done, rows, channels, span.mask, body);
    for (int vector = 0; vector < count; vector++)
      for (int64_t channel = 0; channel < channels; channel++) sums[vector * channels + channel] += scratch[vector * stride + channel];
  }
}

inline void addTo(float* sum, Floats value) { store(sum, load(sum) + value); }

template <typename T, bool dropout>
void statistics(const NormSpan& span) {
  const T* const u = static_cast<const T*>(span.input);
  const float* const pivot = span.coefficients + Coefficient::center * span.stride;
  float* const values = span.scratch + Sum::sumValues * span.stride;
  float* const squares = span.scratch + Sum::sumSquares * span.stride;
  const Mask mask = span.mask;
  sumRows<2>(span, [=](int64_t element, int64_t channel, Words place, auto part) __attribute__((always_inline)) {
    Floats value = part.read(u + element);
    if (dropout)
      value = zeroUnless(keptWhere(place, mask), value);
    else
      value -= load(pivot + channel);
    addTo(values + channel, value);
    store(squares + channel, load(squares + channel) + value * value);
  });
}

template <typename T, bool dropout, Activation activation>
void apply(const NormSpan& span) {
  const T* const u = static_cast<const T*>(span.input);
  T* const y = static_cast<T*>(span.output);
  const float* const coefficients = span.coefficients;
  const int64_t stride = span.stride;
  const Mask mask = span.mask;
  overRows(span.firstRow, span.rowCount, span.channels, mask,
           [=](int64_t element, int64_t channel, Words place, auto part) __attribute__((always_inline)) {
             const Line<dropout> line(coefficients + channel, stride);
             const Ints kept = dropout ? keptWhere(place, mask) : Ints{};
             const Floats z = line.normalise(part.read(u + element) - line.center, kept);
             part.write(y + element, activate<activation>(z));
           });
}

template <typename T, bool dropout, Activation activation>
void gradientSums(const NormSpan& span) {
  const T* const u = static_cast<const T*>(span.input);
  const T* const gradient = static_cast<const T*>(span.gradient);
  const float* const coefficients = span.coefficients;
  const int64_t stride = span.stride;
  float* const errors = span.scratch + Sum::sumErrors * stride;
  float* const products = span.scratch + Sum::sumProducts * stride;
  float* const keptErrors = span.scratch + Sum::sumKeptErrors * stride;
  const Mask mask = span.mask;
  sumRows<dropout ? 3 : 2>(span, [=](int64_t element, int64_t channel, Words place, auto part) __attribute__((always_inline)) {
    const Line<dropout> line(coefficients + channel, stride);
    const Ints kept = dropout ? keptWhere(place, mask) : Ints{};
    const Floats offset = part.read(u + element) - line.center;
    const Floats e = gradientOfActivation<activation>(line.normalise(offset, kept), part.read(gradient + element));
    const Floats keptError = dropout ? zeroUnless(kept, e) : e;
    addTo(errors + channel, e);
    store(products + channel, load(products + channel) + keptError * offset);
    if (dropout) addTo(keptErrors + channel, keptError);
  });
}

template <typename T, bool dropout, Activation activation>
void inputGradient(const NormSpan& span) {
  const T* const u = static_cast<const T*>(span.input);
  const T* const gradient = static_cast<const T*>(span.gradient);
  T* const result = static_cast<T*>(span.output);
  const float* const coefficients = span.coefficients;
  const int64_t stride = span.stride;
  const Mask mask = span.mask;
  overRows(span.firstRow, span.rowCount, span.channels, mask,
           [=](int64_t element, int64_t channel, Words place, auto part) __attribute__((always_inline)) {
             const Line<dropout> line(coefficients + channel, stride);
             const Ints kept = dropout ? keptWhere(place, mask) : Ints{};
             const Floats offset = part.read(u + element) - line.center;
             const Floats e = gradientOfActivation<activation>(line.normalise(offset, kept), part.read(gradient + element));
             const Floats meanError = load(coefficients + Coefficient::meanError * stride + channel);
             const Floats slope = load(coefficients + Coefficient::slope * stride + channel);
             const Floats change = line.scale * ((e - meanError) - offset * slope);
             part.write(result + element, dropout ? zeroUnless(kept, change) : change);
           });
}

template <typename T>
constexpr NormKernels normKernels() {
  constexpr Activation none = Activation::none, relu = Activation::relu, silu = Activation::silu;
  return {
      {statistics<T, false>, statistics<T, true>},
      {{apply<T, false, none>, apply<T, false, relu>, apply<T, false, silu>},
       {apply<T, true, none>, apply<T, true, relu>, apply<T, true, silu>}},
      {{gradientSums<T, false, none>, gradientSums<T, false, relu>, gradientSums<T, false, silu>},
       {gradientSums<T, true, none>, gradientSums<T, true, relu>, gradientSums<T, true, silu>}},
      {{inputGradient<T, false, none>, inputGradient<T, false, relu>, inputGradient<T, false, silu>},
       {inputGradient<T, true, none>, inputGradient<T, true, relu>, inputGradient<T, true, silu>}},
  };
}

void maskBytes(const Mask& mask, uint32_t first, int64_t count, bool* keep) {
  const Words counts = countUp() + mask.offset + first;
  for (int64_t i = 0; i < count; i += width) {
    const Ints kept = keptWhere(counts + static_cast<uint32_t>(i), mask);
    for (int lane = 0; lane < width && i + lane < count; lane++) keep[i + lane] = kept[lane] != 0;
  }
}

template <bool hasMomentum, bool nesterov>
void sgdLoop(const SgdStep& step, float* __restrict parameter, const float* __restrict gradient, float* __restrict momentum,
             int64_t count) {
  const float rate = step.learningRate, factor = step.momentum, decay = step.weightDecay, scale = step.gradientScale;
#pragma omp simd
  for (int64_t i = 0; i < count; i++) {
    const float g = gradient[i] * scale + decay * parameter[i];
    float change = g;
    if (hasMomentum) {
      const float velocity = factor * momentum[i] + g;
      momentum[i] = velocity;
      change = nesterov ? g + factor * velocity : velocity;
    }
    parameter[i] -= rate * change;
  }
}

void sgd(const SgdStep& step, float* parameter, const float* gradient, float* momentum, int64_t count) {
  const auto loop = !momentum ? sgdLoop<false, false> : step.nesterov ? sgdLoop<true, true> : sgdLoop<true, false>;
  loop(step, parameter, gradient, momentum, count);
}

void adamwLoop(const AdamWStep& step, float* __restrict parameter, const float* __restrict gradient, float* __restrict mean,
               float* __restrict square, int64_t count) {
  const AdamWStep s = step;
#pragma omp simd
  for (int64_t i = 0; i < count; i++) {
    const float g = gradient[i] * s.gradientScale;
    const float m = s.beta1 * mean[i] + s.rest1 * g;
    const float v = s.beta2 * square[i] + s.rest2 * g * g;
    mean[i] = m;
    square[i] = v;
    const float deviation = __builtin_sqrtf(v) / s.secondCorrection + s.epsilon;
    parameter[i] = s.decay * parameter[i] - s.size * (m / deviation);
  }
}

double sumOfSquares(const float* values, int64_t count) {
  // Sixteen sums whatever the width, added up in one order: every instruction set gives the same number.
  double sums[16] = {};
  int64_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (int lane = 0; lane < 16; lane++) sums[lane] += static_cast<double>(values[i + lane]) * values[i + lane];
  for (int lane = 0; i < count; i++, lane++) sums[lane] += static_cast<double>(values[i]) * values[i];
  for (int half = 8; half > 0; half /= 2)
    for (int lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
  return sums[0];
}

#include "winograd.inc.h"

}  // namespace

const Kernels PATINA_KERNELS = {
    PATINA_NAME, normKernels<float>(), normKernels<BFloat16>(), maskBytes, sgd, adamwLoop, sumOfSquares, winogradWeights, winograd,
};

}  // namespace patina
