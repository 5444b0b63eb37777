// Dropout, batch norm over what is left, activation, in one operator: two passes forward, two backward, nothing kept but
// the input and vectors of channels. The mask is computed again in every pass. Formulas: design notes of the twin in
// src/engine/ops/fused.ts, which says the same in stock operators.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "mask.h"

namespace patina {

namespace {

struct Settings {
  bool training;
  double momentum, epsilon, probability;
  int64_t key;
  Activation activation;
};

Activation parseActivation(const std::string& name) {
  if (name == "silu") return Activation::silu;
  if (name == "relu") return Activation::relu;
  TORCH_CHECK(name == "none", "activation is \"silu\", \"relu\" or \"none\", not \"", name, "\"");
  return Activation::none;
}

// Rows of channels side by side in memory.
at::Tensor rowsOf(const at::Tensor& tensor) {
  return tensor.dim() == 4 ? tensor.contiguous(at::MemoryFormat::ChannelsLast) : tensor.contiguous();
}

at::Tensor emptyRows(const at::Tensor& like) {
  return at::empty(like.sizes(), like.options(), like.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

void checkVector(const at::Tensor& vector, const char* name, int64_t channels) {
  TORCH_CHECK(vector.device().is_cpu() && vector.scalar_type() == at::kFloat && vector.dim() == 1 && vector.size(0) == channels,
              name, " must be float32 on the CPU with one element for each of the ", channels, " channels, not ", vector.scalar_type(),
              vector.sizes(), " on ", vector.device());
}

// The rows of one tensor in chunks whose number depends on the sizes only: sums come out equal for any thread count.
class Rows {
 public:
  Rows(const at::Tensor& input, const Mask& dropoutMask)
      : tensor(input), mask(dropoutMask), channels(input.size(1)), count(input.numel() / std::max<int64_t>(channels, 1)),
        stride((channels + vectorRounding - 1) / vectorRounding * vectorRounding) {
    const int64_t rowsPerChunk = std::max<int64_t>(1, elementsPerChunk / std::max<int64_t>(channels, 1));
    chunkRows = std::max(rowsPerChunk, (count + mostChunks - 1) / mostChunks);
    chunkCount = (count + chunkRows - 1) / chunkRows;
    coefficients.assign(coefficientCount * stride, 0.0f);
  }

  float* coefficient(Coefficient which) { return coefficients.data() + which * stride; }
  bool hasDropout() const { return mask.dropsAny(); }
  const NormKernels& table() const { return tensor.scalar_type() == at::kFloat ? kernels().float32 : kernels().bfloat16; }

  // Runs the kernel over all rows and adds up its sums: sumCount vectors of channels.
  std::vector<double> sum(NormKernel kernel, const void* gradient) const {
    std::vector<double> partial(chunkCount * sumCount * channels);
    at::parallel_for(0, chunkCount, 1, [&](int64_t begin, int64_t end) {
      std::vector<float> scratch(sumCount * stride);
      for (int64_t chunk = begin; chunk < end; chunk++) {
        NormSpan span = spanOf(chunk, gradient, nullptr);
        span.scratch = scratch.data();
        span.sums = partial.data() + chunk * sumCount * channels;
        kernel(span);
      }
    });
    std::vector<double> total(sumCount * channels);
    for (int64_t chunk = 0; chunk < chunkCount; chunk++)
      for (int64_t i = 0; i < sumCount * channels; i++) total[i] += partial[chunk * sumCount * channels + i];
    return total;
  }

  void map(NormKernel kernel, const void* gradient, void* output) const {
    at::parallel_for(0, chunkCount, 1, [&](int64_t begin, int64_t end) {
      for (int64_t chunk = begin; chunk < end; chunk++) kernel(spanOf(chunk, gradient, output));
    });
  }

  const at::Tensor tensor;
  const Mask mask;
  const int64_t channels, count, stride;

 private:
  static constexpr int64_t elementsPerChunk = 65536, mostChunks = 512;

  NormSpan spanOf(int64_t chunk, const void* gradient, void* output) const {
    const int64_t first = chunk * chunkRows;
    return {tensor.data_ptr(), gradient, output, first, std::min(chunkRows, count - first), channels, stride, mask,
            coefficients.data(), nullptr, nullptr};
  }

  int64_t chunkRows, chunkCount;
  std::vector<float> coefficients;
};

// Of d, the input after dropout: two vectors of channels, the mean and 1 / sqrt(variance + epsilon).
struct Moments {
  at::Tensor values;  // [2,C] float32
  float* mean() const { return values.data_ptr<float>(); }
  float* inverse() const { return mean() + values.size(1); }
};

double keptFactor(double probability) { return 1 / (1 - probability); }

void updateRunning(const at::Tensor& running, int64_t channel, double value, double momentum) {
  float& kept = running.data_ptr<float>()[channel];
  kept = static_cast<float>((1 - momentum) * kept + momentum * value);
}

Moments batchMoments(Rows& rows, const at::Tensor& runningMean, const at::Tensor& runningVariance, const Settings& settings) {
  const int64_t channels = rows.channels;
  const double n = static_cast<double>(rows.count), q = keptFactor(settings.probability);
  const bool dropout = rows.hasDropout();
  float* const pivot = rows.coefficient(Coefficient::center);
  // Squares of the distance from any value of the channel lose nothing where the mean is far from 0. Dropped elements
  // are 0: then the deviation is as large as the mean itself.
  if (!dropout) {
    const at::Tensor first = rows.tensor.select(0, 0).reshape({channels, -1}).select(1, 0).to(at::kFloat).contiguous();
    std::copy_n(first.data_ptr<float>(), channels, pivot);
  }
  const std::vector<double> sums = rows.sum(rows.table().statistics[dropout], nullptr);
  Moments moments{at::empty({2, channels}, at::kFloat)};
  for (int64_t channel = 0; channel < channels; channel++) {
    const double shifted = q * sums[Sum::sumValues * channels + channel] / n;
    const double variance = std::max(0.0, q * q * sums[Sum::sumSquares * channels + channel] / n - shifted * shifted);
    const double mean = shifted + (dropout ? 0.0 : pivot[channel]);
    moments.mean()[channel] = static_cast<float>(mean);
    moments.inverse()[channel] = static_cast<float>(1 / std::sqrt(variance + settings.epsilon));
    updateRunning(runningMean, channel, mean, settings.momentum);
    updateRunning(runningVariance, channel, variance * n / (n - 1), settings.momentum);
  }
  return moments;
}

Moments runningMoments(const at::Tensor& mean, const at::Tensor& variance, double epsilon) {
  return {at::stack({mean, (variance.to(at::kDouble) + epsilon).rsqrt().to(at::kFloat)})};
}

void setCoefficients(Rows& rows, const Moments& moments, const at::Tensor& weight, const at::Tensor& bias, double probability) {
  const double q = keptFactor(probability);
  const float* const gamma = weight.data_ptr<float>();
  const float* const beta = bias.data_ptr<float>();
  for (int64_t channel = 0; channel < rows.channels; channel++) {
    const double mean = moments.mean()[channel], slope = static_cast<double>(gamma[channel]) * moments.inverse()[channel];
    rows.coefficient(Coefficient::scale)[channel] = static_cast<float>(q * slope);
    rows.coefficient(Coefficient::center)[channel] = static_cast<float>(mean / q);
    rows.coefficient(Coefficient::shift)[channel] = beta[channel];
    rows.coefficient(Coefficient::dropped)[channel] = static_cast<float>(beta[channel] - mean * slope);
  }
}

struct Forward {
  at::Tensor output, input;  // the input in rows
  at::Tensor weight, bias;
  Moments moments;
};

void check(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& runningMean,
           const at::Tensor& runningVariance, const Settings& settings) {
  TORCH_CHECK(input.scalar_type() == at::kFloat || input.scalar_type() == at::kBFloat16,
              "dropout_batch_norm_act: the input is float32 or bfloat16, not ", input.scalar_type());
  TORCH_CHECK(input.dim() == 2 || input.dim() == 4, "dropout_batch_norm_act: the input is [N,C] or [N,C,H,W], not ", input.sizes());
  const int64_t channels = input.size(1);
  checkVector(weight, "weight", channels);
  checkVector(bias, "bias", channels);
  checkVector(runningMean, "running_mean", channels);
  checkVector(runningVariance, "running_var", channels);
  TORCH_CHECK(runningMean.is_contiguous() && runningVariance.is_contiguous(), "the running statistics must be contiguous");
  TORCH_CHECK(!settings.training || input.numel() != channels || channels == 0,
              "Expected more than 1 value per channel when training, got input size ", input.sizes());
}

Forward forward(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& runningMean,
                const at::Tensor& runningVariance, const Settings& settings) {
  check(input, weight, bias, runningMean, runningVariance, settings);
  const double probability = settings.training ? settings.probability : 0;
  Forward result{emptyRows(input), rowsOf(input), weight.contiguous(), bias.contiguous(), {}};
  if (input.numel() == 0) return result;
  Rows rows(result.input, makeMask(probability, settings.key, input.numel()));
  result.moments = settings.training ? batchMoments(rows, runningMean, runningVariance, settings)
                                     : runningMoments(runningMean, runningVariance, settings.epsilon);
  if (settings.training)
    for (const at::Tensor& written : {runningMean, runningVariance})
      if (!written.is_inference()) written.unsafeGetTensorImpl()->bump_version();
  setCoefficients(rows, result.moments, result.weight, result.bias, probability);
  rows.map(rows.table().apply[rows.hasDropout()][static_cast<int>(settings.activation)], nullptr, result.output.data_ptr());
  return result;
}

struct Gradients {
  at::Tensor input, weight, bias;
};

Gradients backward(const at::Tensor& givenGradient, const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                   const Moments& moments, const Settings& settings, bool needsInput) {
  Gradients result{needsInput ? emptyRows(input) : at::Tensor(), at::zeros_like(weight), at::zeros_like(bias)};
  if (input.numel() == 0) return result;
  const double probability = settings.training ? settings.probability : 0;
  const at::Tensor gradient = rowsOf(givenGradient.to(input.scalar_type()));
  Rows rows(input, makeMask(probability, settings.key, input.numel()));
  setCoefficients(rows, moments, weight, bias, probability);
  const bool dropout = rows.hasDropout();
  const int activation = static_cast<int>(settings.activation);
  const std::vector<double> sums = rows.sum(rows.table().gradientSums[dropout][activation], gradient.data_ptr());
  const int64_t channels = rows.channels;
  const double n = static_cast<double>(rows.count), q = keptFactor(probability);
  for (int64_t channel = 0; channel < channels; channel++) {
    const double errors = sums[Sum::sumErrors * channels + channel];
    const double keptErrors = dropout ? sums[Sum::sumKeptErrors * channels + channel] : errors;
    const double mean = moments.mean()[channel], inverse = moments.inverse()[channel];
    const double slope = q * sums[Sum::sumProducts * channels + channel] - mean * (errors - keptErrors);
    result.bias.data_ptr<float>()[channel] = static_cast<float>(errors);
    result.weight.data_ptr<float>()[channel] = static_cast<float>(inverse * slope);
    if (!settings.training) continue;  // the running statistics do not depend on the input
    rows.coefficient(Coefficient::meanError)[channel] = static_cast<float>(errors / n);
    rows.coefficient(Coefficient::slope)[channel] = static_cast<float>(q * inverse * inverse * slope / n);
  }
  if (needsInput) rows.map(rows.table().inputGradient[dropout][activation], gradient.data_ptr(), result.input.data_ptr());
  return result;
}

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class DropoutBatchNormAct : public torch::autograd::Function<DropoutBatchNormAct> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                            const at::Tensor& runningMean, const at::Tensor& runningVariance, bool training, double momentum,
                            double epsilon, double probability, int64_t key, int64_t activation) {
    at::AutoDispatchBelowADInplaceOrView guard;
    const Settings settings{training, momentum, epsilon, probability, key, static_cast<Activation>(activation)};
    Forward result = patina::forward(input, weight, bias, runningMean, runningVariance, settings);
    context->save_for_backward({result.input, result.weight, result.bias, result.moments.values});
    context->saved_data["training"] = training;
    context->saved_data["probability"] = probability;
    context->saved_data["key"] = key;
    context->saved_data["activation"] = activation;
    return result.output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(),
                "dropout_batch_norm_act has no second derivative. Use its twin of stock operators for gradients of gradients.");
    const variable_list saved = context->get_saved_variables();
    auto& data = context->saved_data;
    const Settings settings{data["training"].toBool(), 0, 0, data["probability"].toDouble(), data["key"].toInt(),
                            static_cast<Activation>(data["activation"].toInt())};
    const Gradients result = patina::backward(gradients[0], saved[0], saved[1], saved[2], {saved[3]}, settings,
                                              context->needs_input_grad(0));
    variable_list all(11);
    all[0] = result.input;
    all[1] = result.weight;
    all[2] = result.bias;
    return all;
  }
};

at::Tensor dropoutBatchNormAct(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, at::Tensor runningMean,
                               at::Tensor runningVariance, bool training, double momentum, double epsilon, double probability,
                               int64_t key, std::string activation) {
  return patina::forward(input, weight, bias, runningMean, runningVariance,
                         {training, momentum, epsilon, probability, key, parseActivation(activation)})
      .output;
}

at::Tensor dropoutBatchNormActRecorded(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                                       at::Tensor runningMean, at::Tensor runningVariance, bool training, double momentum,
                                       double epsilon, double probability, int64_t key, std::string activation) {
  return DropoutBatchNormAct::apply(input, weight, bias, runningMean, runningVariance, training, momentum, epsilon, probability,
                                    key, static_cast<int64_t>(parseActivation(activation)));
}

at::Tensor dropoutMask(at::IntArrayRef size, double probability, int64_t key) {
  at::Tensor result = at::empty(size, at::TensorOptions().dtype(at::kBool),
                                size.size() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
  const Mask mask = makeMask(probability, key, result.numel());
  bool* const keep = result.data_ptr<bool>();
  at::parallel_for(0, result.numel(), 1 << 16, [&](int64_t begin, int64_t end) {
    kernels().mask(mask, static_cast<uint32_t>(begin), end - begin, keep + begin);
  });
  return result;
}

std::string vectors() { return kernels().name; }

}  // namespace

TORCH_LIBRARY_IMPL(patina, CPU, m) { m.impl("dropout_batch_norm_act", &dropoutBatchNormAct); }
TORCH_LIBRARY_IMPL(patina, AutogradCPU, m) { m.impl("dropout_batch_norm_act", &dropoutBatchNormActRecorded); }
TORCH_LIBRARY_IMPL(patina, CatchAll, m) {
  m.impl("dropout_mask", &dropoutMask);
  m.impl("vectors", &vectors);
}

}  // namespace patina
