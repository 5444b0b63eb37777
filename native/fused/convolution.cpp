// Convolution by squares of 3x3 pixels, images between zeros, float32, channels_last, with 4/9 of the usual products
// (winograd.inc.h). oneDNN 2.6 as libtorch calls it makes all of them. src/engine/ops/fused-convolution.ts says the same
// in stock operators.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <vector>

#include "kernels.h"

namespace patina {

namespace {

int64_t roundUp(int64_t count) { return (count + vectorRounding - 1) / vectorRounding * vectorRounding; }

WinogradLayout layoutOf(const at::Tensor& images, const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                        int64_t border) {
  for (const at::Tensor& tensor : {images, weight})
    TORCH_CHECK(tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.dim() == 4,
                "conv3x3: images and weight are float32 on the CPU with four dimensions, not ", tensor.scalar_type(), tensor.sizes(),
                " on ", tensor.device());
  TORCH_CHECK(weight.size(1) == images.size(1) && weight.size(2) == 3 && weight.size(3) == 3, "conv3x3: images ", images.sizes(),
              " need a weight [O,", images.size(1), ",3,3], not ", weight.sizes());
  TORCH_CHECK(!bias || (bias->device().is_cpu() && bias->scalar_type() == at::kFloat && bias->dim() == 1 && bias->size(0) == weight.size(0)),
              "conv3x3: the bias is float32 with one element an output");
  TORCH_CHECK(border >= 0, "conv3x3: a border of ", border, " pixels");
  TORCH_CHECK(std::min(images.size(2), images.size(3)) + 2 * border >= 3, "conv3x3: images ", images.sizes(), " with a border of ",
              border, " are smaller than 3x3");
  WinogradLayout layout;
  layout.imageHeight = images.size(2);
  layout.imageWidth = images.size(3);
  layout.border = border;
  layout.height = layout.imageHeight + 2 * border - 2;
  layout.width = layout.imageWidth + 2 * border - 2;
  layout.inputs = images.size(1);
  layout.outputs = weight.size(0);
  layout.paddedInputs = roundUp(layout.inputs);
  layout.paddedOutputs = roundUp(layout.outputs);
  layout.tilesDown = (layout.height + 1) / 2;
  layout.tilesAcross = (layout.width + 1) / 2;
  return layout;
}

at::Tensor winogradMatrices(const WinogradLayout& layout, const at::Tensor& weight) {
  const at::Tensor rows = weight.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor result = at::empty({winogradPoints, layout.inputs, layout.paddedOutputs}, at::kFloat);
  at::parallel_for(0, layout.paddedOutputs / vectorRounding, 1, [&](int64_t begin, int64_t end) {
    for (int64_t group = begin; group < end; group++)
      kernels().winogradWeights(layout, rows.data_ptr<float>(), group * vectorRounding, result.data_ptr<float>());
  });
  return result;
}

at::Tensor forward(const at::Tensor& images, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, int64_t border) {
  const WinogradLayout layout = layoutOf(images, weight, bias, border);
  const at::Tensor input = images.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor result =
      at::empty({images.size(0), layout.outputs, layout.height, layout.width}, images.options(), at::MemoryFormat::ChannelsLast);
  if (result.numel() == 0) return result;
  const at::Tensor matrices = winogradMatrices(layout, weight);
  const at::Tensor added = at::zeros({layout.paddedOutputs}, at::kFloat);
  if (bias) added.narrow(0, 0, layout.outputs).copy_(*bias);
  const at::Tensor zeros = at::zeros({layout.inputs}, at::kFloat);
  const int64_t tiles = images.size(0) * layout.tilesDown * layout.tilesAcross;
  at::parallel_for(0, (tiles + winogradTiles - 1) / winogradTiles, 1, [&](int64_t begin, int64_t end) {
    const at::Tensor scratch = at::zeros({winogradPoints * winogradTiles * (layout.paddedInputs + layout.paddedOutputs)}, at::kFloat);
    for (int64_t group = begin; group < end; group++) {
      const int64_t first = group * winogradTiles;
      kernels().winograd({layout, input.data_ptr<float>(), matrices.data_ptr<float>(), added.data_ptr<float>(), zeros.data_ptr<float>(),
                          result.data_ptr<float>(), first, std::min(winogradTiles, tiles - first), scratch.data_ptr<float>()});
    }
  });
  return result;
}

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class Conv3x3 : public torch::autograd::Function<Conv3x3> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& images, const at::Tensor& weight,
                            const c10::optional<at::Tensor>& bias, int64_t border) {
    at::AutoDispatchBelowADInplaceOrView guard;
    context->save_for_backward({images, weight});
    context->saved_data["has_bias"] = bias.has_value();
    context->saved_data["border"] = border;
    return patina::forward(images, weight, bias, border);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &gradient = gradients[0], &images = saved[0], &weight = saved[1];
    const bool hasBias = context->saved_data["has_bias"].toBool();
    const int64_t outputs = weight.size(0), border = context->saved_data["border"].toInt();
    // The gradient of the images is such a convolution as well, of the gradient between zeros.
    const bool ownImages = context->needs_input_grad(0) && outputs >= vectorRounding && border <= 2;
    const auto rest = at::convolution_backward(
        gradient, images, weight, hasBias ? at::OptionalIntArrayRef({outputs}) : at::OptionalIntArrayRef(), {1, 1}, {border, border}, {1, 1},
        false, {0, 0}, 1,
        {context->needs_input_grad(0) && !ownImages, context->needs_input_grad(1), hasBias && context->needs_input_grad(2)});
    const at::Tensor ofImages =
        ownImages ? apply(gradient, weight.transpose(0, 1).flip({2, 3}), c10::nullopt, 2 - border) : std::get<0>(rest);
    return {ofImages, std::get<1>(rest), std::get<2>(rest), at::Tensor()};
  }
};

at::Tensor conv3x3(const at::Tensor& images, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, int64_t border) {
  return patina::forward(images, weight, bias, border);
}

at::Tensor conv3x3Recorded(const at::Tensor& images, const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                           int64_t border) {
  return Conv3x3::apply(images, weight, bias, border);
}

}  // namespace

TORCH_LIBRARY_IMPL(patina, CPU, m) { m.impl("conv3x3", &conv3x3); }
TORCH_LIBRARY_IMPL(patina, AutogradCPU, m) { m.impl("conv3x3", &conv3x3Recorded); }

}  // namespace patina
