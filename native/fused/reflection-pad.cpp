// Images mirrored at their borders by one pixel, and what stands before that in a network, in one pass over memory
// (reflection-pad.inc.h). src/engine/ops/fused-padding.ts says the same in stock operators.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "reflection-pad.inc.h"

namespace patina {

namespace {

Resample parseResample(const std::string& name) {
  if (name == "nearest") return Resample::nearest;
  if (name == "max") return Resample::max;
  if (name == "space_to_depth") return Resample::spaceToDepth;
  if (name == "depth_to_space") return Resample::depthToSpace;
  TORCH_CHECK(name == "none", "resample is \"none\", \"nearest\", \"max\", \"space_to_depth\" or \"depth_to_space\", not \"", name, "\"");
  return Resample::none;
}

// Calls body(an element of the dtype, whether ReLU comes first), both types to the compiler.
template <typename Body>
void withTypes(at::ScalarType dtype, bool relu, const Body& body) {
  const auto withDtype = [&](auto element) { relu ? body(element, std::true_type()) : body(element, std::false_type()); };
  dtype == at::kFloat ? withDtype(float()) : withDtype(BFloat16());
}

template <typename T>
T* elementsOf(const at::Tensor& tensor) {
  return static_cast<T*>(tensor.data_ptr());
}

at::Tensor forward(const at::Tensor& images, Resample resample, bool relu) {
  TORCH_CHECK(images.scalar_type() == at::kFloat || images.scalar_type() == at::kBFloat16,
              "reflection_pad: images are float32 or bfloat16, not ", images.scalar_type());
  TORCH_CHECK(images.dim() == 4, "reflection_pad: images are [N,C,H,W], not ", images.sizes());
  TORCH_CHECK(resample != Resample::spaceToDepth || images.size(2) % 2 + images.size(3) % 2 == 0, "reflection_pad: images of ",
              images.size(2), "x", images.size(3), " have no whole squares of 2x2 pixels");
  TORCH_CHECK(resample != Resample::depthToSpace || images.size(1) % 4 == 0, "reflection_pad: ", images.size(1),
              " channels do not make squares of 2x2 pixels");
  const Layout layout(images.sizes(), resample);
  TORCH_CHECK(std::min(layout.middleHeight, layout.middleWidth) > 1, "reflection_pad: images of ", layout.middleHeight, "x",
              layout.middleWidth, " have no pixel beside the border to mirror");
  const at::Tensor input = images.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor result = at::empty(layout.paddedSizes(), images.options(), at::MemoryFormat::ChannelsLast);
  withTypes(images.scalar_type(), relu, [&](auto element, auto rectified) {
    using T = decltype(element);
    pad<T, decltype(rectified)::value>(layout, elementsOf<T>(input), elementsOf<T>(result));
  });
  return result;
}

at::Tensor backward(const at::Tensor& givenGradient, const at::Tensor& images, Resample resample, bool relu) {
  const Layout layout(images.sizes(), resample);
  const at::Tensor input = images.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor gradient = givenGradient.to(images.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor result = at::empty(images.sizes(), images.options(), at::MemoryFormat::ChannelsLast);
  withTypes(images.scalar_type(), relu, [&](auto element, auto rectified) {
    using T = decltype(element);
    padBackward<T, decltype(rectified)::value>(layout, elementsOf<T>(input), elementsOf<T>(gradient), elementsOf<T>(result));
  });
  return result;
}

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class ReflectionPad : public torch::autograd::Function<ReflectionPad> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& images, int64_t resample, bool relu) {
    at::AutoDispatchBelowADInplaceOrView guard;
    context->save_for_backward({images});
    context->saved_data["resample"] = resample;
    context->saved_data["relu"] = relu;
    return patina::forward(images, static_cast<Resample>(resample), relu);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(),
                "reflection_pad has no second derivative. Use its twin of stock operators for gradients of gradients.");
    auto& data = context->saved_data;
    const at::Tensor result = patina::backward(gradients[0], context->get_saved_variables()[0],
                                               static_cast<Resample>(data["resample"].toInt()), data["relu"].toBool());
    return {result, at::Tensor(), at::Tensor()};
  }
};

at::Tensor reflectionPad(const at::Tensor& images, std::string resample, bool relu) {
  return patina::forward(images, parseResample(resample), relu);
}

at::Tensor reflectionPadRecorded(const at::Tensor& images, std::string resample, bool relu) {
  return ReflectionPad::apply(images, static_cast<int64_t>(parseResample(resample)), relu);
}

}  // namespace

TORCH_LIBRARY_IMPL(patina, CPU, m) { m.impl("reflection_pad", &reflectionPad); }
TORCH_LIBRARY_IMPL(patina, AutogradCPU, m) { m.impl("reflection_pad", &reflectionPadRecorded); }

}  // namespace patina
