// The loops of reflection-pad.cpp: [ReLU] -> [2x2 max pool | nearest upsampling to twice the sides | 2x2 pixels as channels
// of one, and back] -> one pixel mirrored at each border, and the gradient. Images lie in channels_last.
#pragma once
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

namespace patina {

namespace {

enum class Resample : int64_t { none, nearest, max, spaceToDepth, depthToSpace };

// The images before, "middle" between resampling and padding. Threads share bands: the fewest rows of the images that
// make whole rows of the middle, and are made of them.
struct Layout {
  Layout(at::IntArrayRef sizes, Resample how)
      : resample(how), count(sizes[0]), channels(sizes[1]), height(sizes[2]), width(sizes[3]), middleChannels(scaledChannels()),
        middleHeight(scaled(height)), middleWidth(scaled(width)), bands(shrinks() ? middleHeight : height) {}

  int64_t rowSize() const { return width * channels; }
  int64_t middleRowSize() const { return middleWidth * middleChannels; }
  int64_t paddedRowSize() const { return (middleWidth + 2) * middleChannels; }
  int64_t middleRowsOfBand() const { return grows() ? 2 : 1; }
  std::vector<int64_t> paddedSizes() const { return {count, middleChannels, middleHeight + 2, middleWidth + 2}; }

  // Calls body(row of the padded image) for each place at which a row of the middle stands.
  template <typename Body>
  void wherePadded(int64_t row, const Body& body) const {
    body(row + 1);
    if (row == 1) body(0);
    if (row == middleHeight - 2) body(middleHeight + 1);
  }

  // Calls body(picture, first band, end) on the threads.
  template <typename Body>
  void overBands(const Body& body) const {
    const int64_t grain = std::max<int64_t>(1, elementsPerPiece / std::max<int64_t>(1, middleRowsOfBand() * paddedRowSize()));
    at::parallel_for(0, count * bands, grain, [&](int64_t begin, int64_t end) {
      for (int64_t band = begin; band < end;) {
        const int64_t picture = band / bands, last = std::min(end, (picture + 1) * bands);
        body(picture, band - picture * bands, last - picture * bands);
        band = last;
      }
    });
  }

  const Resample resample;
  const int64_t count, channels, height, width, middleChannels, middleHeight, middleWidth, bands;

 private:
  static constexpr int64_t elementsPerPiece = 16384;

  bool grows() const { return resample == Resample::nearest || resample == Resample::depthToSpace; }
  bool shrinks() const { return resample == Resample::max || resample == Resample::spaceToDepth; }
  int64_t scaled(int64_t side) const { return grows() ? 2 * side : shrinks() ? (side + 1) / 2 : side; }
  int64_t scaledChannels() const {
    return resample == Resample::spaceToDepth ? 4 * channels : resample == Resample::depthToSpace ? channels / 4 : channels;
  }
};

// bfloat16 is the upper half of a float32. As whole numbers, since the compiler makes no vectors of at::BFloat16.
using BFloat16 = uint16_t;

inline float read(float value) { return value; }

inline float read(BFloat16 bits) {
  const uint32_t whole = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &whole, sizeof value);
  return value;
}

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

// A number that was read from an element: nothing is rounded.
inline void writeExact(float& to, float value) { to = value; }
inline void writeExact(BFloat16& to, float value) { to = static_cast<BFloat16>(bitsOf(value) >> 16); }

// To the nearest, ties to even; what is not a number stays so.
inline void write(float& to, float value) { to = value; }
inline void write(BFloat16& to, float value) {
  const uint32_t bits = bitsOf(value);
  to = static_cast<BFloat16>(value == value ? (bits + 0x7fff + ((bits >> 16) & 1)) >> 16 : 0x7fc0);
}

// NaN and -0 stay what they are, as in aten::relu.
template <bool relu>
inline float rectify(float value) {
  return relu && value < 0 ? 0 : value;
}

// The value where the mask has all bits set, 0 where it has none. Other words for it become branches, and no vectors.
inline float where(int32_t mask, float value) {
  const uint32_t bits = bitsOf(value) & static_cast<uint32_t>(mask);
  std::memcpy(&value, &bits, sizeof bits);
  return value;
}

// What ReLU lets through of a gradient.
template <bool relu>
inline float passed(float value, float gradient) {
  return relu ? where(-!(value <= 0), gradient) : gradient;
}

// As aten::max_pool2d has it: the first of equal ones, and NaN before all.
inline float larger(float before, float value) {
  const float largest = value > before ? value : before;
  return value != value ? value : largest;
}

// Calls body(c) for each channel; no two of a body's places are one.
template <typename Body>
inline __attribute__((always_inline)) void overChannels(int64_t channels, const Body& body) {
#pragma omp simd
  for (int64_t c = 0; c < channels; c++) body(c);
}

// The four pixels of a square of max pool, in the order in which aten looks at them.
template <typename T>
struct Square {
  T *a, *b, *c, *d;
};

template <typename T>
std::vector<T> lowest(int64_t count) {
  T element;
  writeExact(element, -std::numeric_limits<float>::infinity());
  return std::vector<T>(count, element);
}

// `outside` stands for pixels beyond an odd border.
template <typename T>
Square<T> squareAt(const Layout& layout, T* picture, int64_t row, int64_t column, T* outside) {
  T* const a = picture + 2 * row * layout.rowSize() + 2 * column * layout.channels;
  const bool hasRight = 2 * column + 1 < layout.width, hasBelow = 2 * row + 1 < layout.height;
  return {a, hasRight ? a + layout.channels : outside, hasBelow ? a + layout.rowSize() : outside,
          hasRight && hasBelow ? a + layout.rowSize() + layout.channels : outside};
}

template <typename T, bool relu>
void takeLargest(const Square<const T>& from, int64_t channels, T* to) {
  const T *const a = from.a, *const b = from.b, *const c = from.c, *const d = from.d;
#pragma omp simd
  for (int64_t i = 0; i < channels; i++) {
    const float ab = larger(rectify<relu>(read(a[i])), rectify<relu>(read(b[i])));
    const float abc = larger(ab, rectify<relu>(read(c[i])));
    writeExact(to[i], larger(abc, rectify<relu>(read(d[i]))));
  }
}

// The gradient of a square goes to the pixel that was taken.
template <typename T, bool relu>
void spreadGradient(const Square<const T>& from, const float* gradient, int64_t channels, const Square<T>& to) {
  const T *const fromA = from.a, *const fromB = from.b, *const fromC = from.c, *const fromD = from.d;
  T *const toA = to.a, *const toB = to.b, *const toC = to.c, *const toD = to.d;
#pragma omp simd
  for (int64_t i = 0; i < channels; i++) {
    const float a = rectify<relu>(read(fromA[i])), b = rectify<relu>(read(fromB[i]));
    const float c = rectify<relu>(read(fromC[i])), d = rectify<relu>(read(fromD[i]));
    const float largest = larger(larger(larger(a, b), c), d), whole = passed<relu>(largest, gradient[i]);
    const int32_t notA = -(a < largest), notB = notA & -(b < largest), notC = notB & -(c < largest);
    write(toA[i], where(~notA, whole));
    write(toB[i], where(notA & ~notB, whole));
    write(toC[i], where(notB & ~notC, whole));
    write(toD[i], where(notC, whole));
  }
}

// Two pixels beside each other, out of a row of many such pairs: where they stand in it, and where in a row of pixels that
// hold two such rows as channels. Calls body(place in the first, place in the second, count).
template <typename Body>
void overPairs(int64_t pairs, int64_t pairSize, int64_t upperOrLower, const Body& body) {
  for (int64_t pair = 0; pair < pairs; pair++) body(pair * pairSize, (2 * pair + upperOrLower) * pairSize, pairSize);
}

// One row of the middle from one picture.
template <typename T, bool relu>
void fillRow(const Layout& layout, const T* picture, int64_t row, T* __restrict to) {
  const int64_t channels = layout.channels;
  if (layout.resample == Resample::none) {
    const T* const from = picture + row * layout.rowSize();
    overChannels(layout.rowSize(), [=](int64_t i) { writeExact(to[i], rectify<relu>(read(from[i]))); });
  } else if (layout.resample == Resample::nearest) {
    const T* from = picture + row / 2 * layout.rowSize();
    for (int64_t x = 0; x < layout.width; x++, from += channels, to += 2 * channels)
      overChannels(channels, [=](int64_t c) {
        const float value = rectify<relu>(read(from[c]));
        writeExact(to[c], value);
        writeExact(to[channels + c], value);
      });
  } else if (layout.resample == Resample::spaceToDepth) {
    for (int64_t lower = 0; lower < 2; lower++) {
      const T* const from = picture + (2 * row + lower) * layout.rowSize();
      overPairs(layout.middleWidth, 2 * channels, lower, [=](int64_t fine, int64_t coarse, int64_t size) {
        overChannels(size, [=](int64_t i) { writeExact(to[coarse + i], rectify<relu>(read(from[fine + i]))); });
      });
    }
  } else if (layout.resample == Resample::depthToSpace) {
    const T* const from = picture + row / 2 * layout.rowSize();
    overPairs(layout.width, channels / 2, row % 2, [=](int64_t fine, int64_t coarse, int64_t size) {
      overChannels(size, [=](int64_t i) { writeExact(to[fine + i], rectify<relu>(read(from[coarse + i]))); });
    });
  } else {
    const std::vector<T> outside = lowest<T>(channels);
    for (int64_t x = 0; x < layout.middleWidth; x++, to += channels)
      takeLargest<T, relu>(squareAt(layout, picture, row, x, outside.data()), channels, to);
  }
}

template <typename T, bool relu>
void pad(const Layout& layout, const T* images, T* padded) {
  const int64_t channels = layout.middleChannels, rowSize = layout.paddedRowSize(), middleSize = layout.middleRowSize();
  layout.overBands([&](int64_t picture, int64_t begin, int64_t end) {
    const T* const from = images + picture * layout.height * layout.rowSize();
    T* const to = padded + picture * (layout.middleHeight + 2) * rowSize;
    for (int64_t row = begin * layout.middleRowsOfBand(); row < end * layout.middleRowsOfBand(); row++) {
      T* const first = to + (row + 1) * rowSize;
      fillRow<T, relu>(layout, from, row, first + channels);
      std::copy_n(first + 2 * channels, channels, first);
      std::copy_n(first + middleSize - channels, channels, first + middleSize + channels);
      layout.wherePadded(row, [&](int64_t place) {
        if (place != row + 1) std::copy_n(first, rowSize, to + place * rowSize);
      });
    }
  });
}

// Adds what arrives at one row of the padded image to the gradient of its row of the middle.
template <typename T>
void addRow(const Layout& layout, const T* arriving, float* __restrict sum) {
  const int64_t channels = layout.middleChannels, size = layout.middleRowSize();
  const auto add = [&](const T* from, float* to, int64_t count) {
    overChannels(count, [=](int64_t i) { to[i] += read(from[i]); });
  };
  add(arriving + channels, sum, size);
  add(arriving, sum + channels, channels);
  add(arriving + channels + size, sum + size - 2 * channels, channels);
}

// The gradient of one band of a picture from that of its rows of the middle, which stand one after the other.
template <typename T, bool relu>
void backwardBand(const Layout& layout, const T* picture, int64_t band, const float* middle, T* result) {
  const int64_t channels = layout.channels, size = layout.middleRowSize();
  if (layout.resample == Resample::none) {
    const T* const from = picture + band * size;
    T* const to = result + band * size;
    overChannels(size, [=](int64_t i) { write(to[i], passed<relu>(read(from[i]), middle[i])); });
  } else if (layout.resample == Resample::nearest) {
    for (int64_t x = 0; x < layout.width; x++) {
      const T* const from = picture + band * layout.rowSize() + x * channels;
      T* const to = result + band * layout.rowSize() + x * channels;
      const float* const above = middle + 2 * x * channels;
      const float* const below = above + size;
      overChannels(channels, [=](int64_t c) {
        write(to[c], passed<relu>(read(from[c]), above[c] + above[channels + c] + below[c] + below[channels + c]));
      });
    }
  } else if (layout.resample == Resample::spaceToDepth) {
    for (int64_t lower = 0; lower < 2; lower++) {
      const T* const from = picture + (2 * band + lower) * layout.rowSize();
      T* const to = result + (2 * band + lower) * layout.rowSize();
      overPairs(layout.middleWidth, 2 * channels, lower, [=](int64_t fine, int64_t coarse, int64_t count) {
        overChannels(count, [=](int64_t i) { write(to[fine + i], passed<relu>(read(from[fine + i]), middle[coarse + i])); });
      });
    }
  } else if (layout.resample == Resample::depthToSpace) {
    const T* const from = picture + band * layout.rowSize();
    T* const to = result + band * layout.rowSize();
    for (int64_t lower = 0; lower < 2; lower++)
      overPairs(layout.width, channels / 2, lower, [=](int64_t fine, int64_t coarse, int64_t count) {
        const float* const arriving = middle + lower * size;
        overChannels(count, [=](int64_t i) { write(to[coarse + i], passed<relu>(read(from[coarse + i]), arriving[fine + i])); });
      });
  } else {
    const std::vector<T> outside = lowest<T>(channels);
    std::vector<T> dropped(channels);
    for (int64_t x = 0; x < layout.middleWidth; x++, middle += channels)
      spreadGradient<T, relu>(squareAt(layout, picture, band, x, outside.data()), middle, channels,
                              squareAt(layout, result, band, x, dropped.data()));
  }
}

template <typename T, bool relu>
void padBackward(const Layout& layout, const T* images, const T* arriving, T* result) {
  const int64_t rowSize = layout.paddedRowSize(), rows = layout.middleRowsOfBand(), middleSize = layout.middleRowSize();
  layout.overBands([&](int64_t picture, int64_t begin, int64_t end) {
    const int64_t offset = picture * layout.height * layout.rowSize();
    const T* const padded = arriving + picture * (layout.middleHeight + 2) * rowSize;
    std::vector<float> middle(rows * middleSize);
    for (int64_t band = begin; band < end; band++) {
      std::fill(middle.begin(), middle.end(), 0.0f);
      for (int64_t row = 0; row < rows; row++)
        layout.wherePadded(band * rows + row,
                           [&](int64_t place) { addRow(layout, padded + place * rowSize, middle.data() + row * middleSize); });
      backwardBand<T, relu>(layout, images + offset, band, middle.data(), result + offset);
    }
  });
}

}  // namespace

}  // namespace patina
