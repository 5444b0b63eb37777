// The loops of 3x3 convolutions, part of kernels.inc.h. F(2x2,3x3) of Lavin and Gray, "Fast algorithms for convolutional
// neural networks" (2016), 4.1: tiles of 4x4 inputs overlap by two; in transformed form each of their 16 points is a
// product of matrices, tiles by inputs times inputs by outputs.

// The transforms are the same down and across: four numbers from one line of inputs, three of weights, four of products.
inline void transformInputs(const Floats (&d)[4], Floats (&to)[4]) {
  to[0] = d[0] - d[2];
  to[1] = d[1] + d[2];
  to[2] = d[2] - d[1];
  to[3] = d[1] - d[3];
}

inline void transformWeights(const Floats (&g)[3], Floats (&to)[4]) {
  to[0] = g[0];
  to[1] = 0.5f * (g[0] + g[1] + g[2]);
  to[2] = 0.5f * (g[0] - g[1] + g[2]);
  to[3] = g[2];
}

inline void transformProducts(const Floats (&m)[4], Floats (&to)[2]) {
  to[0] = m[0] + m[1] + m[2];
  to[1] = m[1] - m[2] - m[3];
}

void winogradWeights(const WinogradLayout& layout, const float* weights, int64_t firstOutput, float* matrices) {
  const int64_t inputs = layout.inputs, rowSize = layout.paddedOutputs;
  for (int64_t output = firstOutput; output < firstOutput + vectorRounding; output += width)
    for (int64_t input = 0; input < inputs; input++) {
      Floats down[3][4];  // by column
      for (int x = 0; x < 3; x++) {
        Floats column[3] = {};
        for (int y = 0; y < 3; y++)
          for (int lane = 0; lane < width; lane++)
            if (output + lane < layout.outputs) column[y][lane] = weights[((output + lane) * 9 + 3 * y + x) * inputs + input];
        transformWeights(column, down[x]);
      }
      for (int y = 0; y < 4; y++) {
        Floats across[4];
        const Floats row[3] = {down[0][y], down[1][y], down[2][y]};
        transformWeights(row, across);
        for (int x = 0; x < 4; x++) store(matrices + ((4 * y + x) * inputs + input) * rowSize + output, across[x]);
      }
    }
}

// Where a tile's first output lies.
struct TilePlace {
  int64_t image, row, column;

  TilePlace(const WinogradLayout& layout, int64_t tile)
      : image(tile / (layout.tilesDown * layout.tilesAcross)),
        row(2 * (tile / layout.tilesAcross % layout.tilesDown)),
        column(2 * (tile % layout.tilesAcross)) {}
};

template <typename Access>
inline __attribute__((always_inline)) void transformTile(const float* const (&pixels)[4][4], int64_t channel, const Access& part,
                                                         float* to, int64_t pointSize) {
  Floats down[4][4];  // by column
  for (int x = 0; x < 4; x++) {
    Floats column[4];
    for (int y = 0; y < 4; y++) column[y] = part.read(pixels[y][x] + channel);
    transformInputs(column, down[x]);
  }
  for (int y = 0; y < 4; y++) {
    Floats across[4];
    const Floats row[4] = {down[0][y], down[1][y], down[2][y], down[3][y]};
    transformInputs(row, across);
    for (int x = 0; x < 4; x++) store(to + (4 * y + x) * pointSize + channel, across[x]);
  }
}

// One tile of the images to its row in each of the 16 matrices. Outside of them all is 0: their border, and what only
// outputs beyond an odd side see, which are not written.
void readTile(const WinogradLayout& layout, const float* images, const float* zeros, int64_t tile, float* to, int64_t pointSize) {
  const TilePlace place(layout, tile);
  const int64_t rows = layout.imageHeight, columns = layout.imageWidth, channels = layout.inputs;
  const float* pixels[4][4];
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 4; x++) {
      const int64_t row = place.row + y - layout.border, column = place.column + x - layout.border;
      const bool isInside = row >= 0 && row < rows && column >= 0 && column < columns;
      pixels[y][x] = isInside ? images + ((place.image * rows + row) * columns + column) * channels : zeros;
    }
  const int64_t whole = channels / width * width;
  for (int64_t channel = 0; channel < whole; channel += width) transformTile(pixels, channel, Whole(), to, pointSize);
  if (whole < channels) transformTile(pixels, whole, Part{channels - whole}, to, pointSize);
}

template <typename Access>
inline __attribute__((always_inline)) void writeOutputs(const float* from, int64_t pointSize, int64_t channel, Floats bias,
                                                        float* const (&pixels)[2][2], const Access& part) {
  Floats down[4][2];  // by column
  for (int x = 0; x < 4; x++) {
    Floats column[4];
    for (int y = 0; y < 4; y++) column[y] = load(from + (4 * y + x) * pointSize + channel);
    transformProducts(column, down[x]);
  }
  for (int y = 0; y < 2; y++) {
    Floats across[2];
    const Floats row[4] = {down[0][y], down[1][y], down[2][y], down[3][y]};
    transformProducts(row, across);
    for (int x = 0; x < 2; x++)
      if (pixels[y][x]) part.write(pixels[y][x] + channel, across[x] + bias);
  }
}

// One tile's row in each of the 16 products to its outputs.
void writeTile(const WinogradSpan& span, int64_t tile, const float* from, int64_t pointSize) {
  const WinogradLayout& layout = span.layout;
  const TilePlace place(layout, tile);
  float* pixels[2][2];
  for (int y = 0; y < 2; y++)
    for (int x = 0; x < 2; x++) {
      const int64_t row = place.row + y, column = place.column + x;
      const bool isThere = row < layout.height && column < layout.width;
      const int64_t pixel = (place.image * layout.height + row) * layout.width + column;
      pixels[y][x] = isThere ? span.result + pixel * layout.outputs : nullptr;
    }
  const int64_t whole = layout.outputs / width * width;
  for (int64_t channel = 0; channel < whole; channel += width)
    writeOutputs(from, pointSize, channel, load(span.bias + channel), pixels, Whole());
  if (whole < layout.outputs)
    writeOutputs(from, pointSize, whole, load(span.bias + whole), pixels, Part{layout.outputs - whole});
}

// Rows of the left matrix and vectors of the right one whose products stay in registers: AVX-512 has 32, others 16.
constexpr int rowsAtOnce = 6, vectorsAtOnce = width == 16 ? 4 : 2;
static_assert(winogradTiles % rowsAtOnce == 0, "whole groups of rows");

template <int vectors>
inline void multiplyRows(const float* left, int64_t depth, int64_t leftSize, const float* right, int64_t rightSize, float* to) {
  Floats sums[rowsAtOnce][vectors] = {};
  for (int64_t k = 0; k < depth; k++) {
    Floats line[vectors];
    for (int j = 0; j < vectors; j++) line[j] = load(right + k * rightSize + j * width);
    for (int i = 0; i < rowsAtOnce; i++) {
      const Floats factor = splat(left[i * leftSize + k]);
      for (int j = 0; j < vectors; j++) sums[i][j] += factor * line[j];
    }
  }
  for (int i = 0; i < rowsAtOnce; i++)
    for (int j = 0; j < vectors; j++) store(to + i * rightSize + j * width, sums[i][j]);
}

// rows x depth times depth x rightSize.
void multiply(const float* left, int64_t rows, int64_t depth, int64_t leftSize, const float* right, int64_t rightSize, float* to) {
  constexpr int64_t panel = vectorsAtOnce * width;
  for (int64_t column = 0; column < rightSize;) {
    const bool isWide = column + panel <= rightSize;
    const auto kernel = isWide ? multiplyRows<vectorsAtOnce> : multiplyRows<1>;
    for (int64_t row = 0; row < rows; row += rowsAtOnce)
      kernel(left + row * leftSize, depth, leftSize, right + column, rightSize, to + row * rightSize + column);
    column += isWide ? panel : width;
  }
}

void winograd(const WinogradSpan& span) {
  const WinogradLayout& layout = span.layout;
  const int64_t inputSize = winogradTiles * layout.paddedInputs, outputSize = winogradTiles * layout.paddedOutputs;
  float* const inputs = span.scratch;
  float* const products = inputs + winogradPoints * inputSize;
  for (int64_t tile = 0; tile < span.tileCount; tile++)
    readTile(layout, span.images, span.zeros, span.firstTile + tile, inputs + tile * layout.paddedInputs, inputSize);
  const int64_t rows = (span.tileCount + rowsAtOnce - 1) / rowsAtOnce * rowsAtOnce;
  for (int point = 0; point < winogradPoints; point++)
    multiply(inputs + point * inputSize, rows, layout.inputs, layout.paddedInputs,
             span.weights + point * layout.inputs * layout.paddedOutputs, layout.paddedOutputs, products + point * outputSize);
  for (int64_t tile = 0; tile < span.tileCount; tile++)
    writeTile(span, span.firstTile + tile, products + tile * layout.paddedOutputs, outputSize);
}
