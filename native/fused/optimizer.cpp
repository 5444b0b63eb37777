// Optimizer steps in one pass over memory, and the norm of all gradients.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <vector>

#include "kernels.h"

namespace patina {

namespace {

constexpr int64_t elementsPerChunk = 32768;

// A piece of one tensor of a list.
struct Piece {
  size_t tensor;
  int64_t begin, count;
};

std::vector<Piece> piecesOf(at::TensorList tensors) {
  std::vector<Piece> pieces;
  for (size_t i = 0; i < tensors.size(); i++)
    for (int64_t begin = 0; begin < tensors[i].numel(); begin += elementsPerChunk)
      pieces.push_back({i, begin, std::min(elementsPerChunk, tensors[i].numel() - begin)});
  return pieces;
}

template <typename Body>
void overPieces(const std::vector<Piece>& pieces, const Body& body) {
  at::parallel_for(0, static_cast<int64_t>(pieces.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) body(pieces[i], i);
  });
}

void checkLists(const char* name, at::TensorList parameters, at::TensorList gradients, std::initializer_list<at::TensorList> states) {
  TORCH_CHECK(gradients.size() == parameters.size(), name, ": ", parameters.size(), " parameters and ", gradients.size(), " gradients");
  for (const at::TensorList state : states)
    TORCH_CHECK(state.size() == parameters.size(), name, ": ", parameters.size(), " parameters and ", state.size(), " tensors of state");
  for (size_t i = 0; i < parameters.size(); i++) {
    const at::Tensor& parameter = parameters[i];
    TORCH_CHECK(parameter.device().is_cpu() && parameter.scalar_type() == at::kFloat && parameter.is_non_overlapping_and_dense(),
                name, ": parameter ", i, " must be float32 on the CPU, dense, not ", parameter.scalar_type(), parameter.sizes(), " on ",
                parameter.device());
    TORCH_CHECK(gradients[i].sizes() == parameter.sizes(), name, ": gradient ", i, " has the shape ", gradients[i].sizes(),
                ", its parameter ", parameter.sizes());
    for (const at::TensorList state : states)
      TORCH_CHECK(state[i].device().is_cpu() && state[i].scalar_type() == at::kFloat && state[i].sizes() == parameter.sizes() &&
                      state[i].strides() == parameter.strides(),
                  name, ": the state of parameter ", i, " must have its dtype, shape and strides. Make it with zerosLike.");
  }
}

// The gradients as float32 in the memory order of their parameters; most are so already.
std::vector<at::Tensor> inOrderOf(at::TensorList parameters, at::TensorList gradients) {
  std::vector<at::Tensor> result;
  result.reserve(gradients.size());
  for (size_t i = 0; i < gradients.size(); i++) {
    const at::Tensor& gradient = gradients[i];
    const bool fits = gradient.scalar_type() == at::kFloat && gradient.device().is_cpu() && gradient.strides() == parameters[i].strides();
    result.push_back(fits ? gradient : at::empty_like(parameters[i], parameters[i].options().requires_grad(false)).copy_(gradient));
  }
  return result;
}

std::vector<float*> pointersOf(at::TensorList tensors) {
  std::vector<float*> result;
  for (const at::Tensor& tensor : tensors) result.push_back(tensor.data_ptr<float>());
  return result;
}

// The loops write behind libtorch's back: a graph that saved one of these must learn of it.
void noteWritten(at::TensorList tensors) {
  for (const at::Tensor& tensor : tensors)
    if (!tensor.is_inference()) tensor.unsafeGetTensorImpl()->bump_version();
}

// g = scale gradient + decay p; b = momentum b + g; p -= lr (g + momentum b with Nesterov, else b).
void sgdStep(at::TensorList parameters, at::TensorList gradients, at::TensorList momenta, double learningRate, double momentum,
             double weightDecay, bool nesterov, double gradientScale) {
  at::NoGradGuard guard;
  const bool hasMomentum = momentum != 0;
  if (hasMomentum)
    checkLists("sgd_step_", parameters, gradients, {momenta});
  else
    checkLists("sgd_step_", parameters, gradients, {});
  const SgdStep step{static_cast<float>(learningRate), static_cast<float>(momentum), static_cast<float>(weightDecay),
                     static_cast<float>(gradientScale), nesterov};
  const std::vector<at::Tensor> ordered = inOrderOf(parameters, gradients);
  const std::vector<float*> p = pointersOf(parameters), g = pointersOf(ordered);
  const std::vector<float*> b = hasMomentum ? pointersOf(momenta) : std::vector<float*>();
  overPieces(piecesOf(parameters), [&](const Piece& piece, int64_t) {
    const size_t i = piece.tensor;
    kernels().sgd(step, p[i] + piece.begin, g[i] + piece.begin, hasMomentum ? b[i] + piece.begin : nullptr, piece.count);
  });
  noteWritten(parameters);
  if (hasMomentum) noteWritten(momenta);
}

// p *= 1 - lr decay; m, v: running means of g and g^2; p -= lr / meanCorrection m / (sqrt(v) / squareCorrection + eps).
// The corrections are 1 - beta1^t and sqrt(1 - beta2^t) at step t.
void adamwStep(at::TensorList parameters, at::TensorList gradients, at::TensorList means, at::TensorList squares,
               double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double gradientScale,
               double meanCorrection, double squareCorrection) {
  at::NoGradGuard guard;
  checkLists("adamw_step_", parameters, gradients, {means, squares});
  const AdamWStep step{static_cast<float>(beta1), static_cast<float>(beta2),
                       static_cast<float>(1 - beta1), static_cast<float>(1 - beta2), static_cast<float>(epsilon),
                       static_cast<float>(1 - learningRate * weightDecay), static_cast<float>(learningRate / meanCorrection),
                       static_cast<float>(squareCorrection), static_cast<float>(gradientScale)};
  const std::vector<at::Tensor> ordered = inOrderOf(parameters, gradients);
  const std::vector<float*> p = pointersOf(parameters), g = pointersOf(ordered), m = pointersOf(means), v = pointersOf(squares);
  overPieces(piecesOf(parameters), [&](const Piece& piece, int64_t) {
    const size_t i = piece.tensor;
    kernels().adamw(step, p[i] + piece.begin, g[i] + piece.begin, m[i] + piece.begin, v[i] + piece.begin, piece.count);
  });
  noteWritten(parameters);
  noteWritten(means);
  noteWritten(squares);
}

// sqrt of the sum of all squares, added up in float64 over pieces whose number depends on the sizes only.
at::Tensor globalNorm(at::TensorList tensors) {
  at::NoGradGuard guard;
  std::vector<at::Tensor> dense;
  for (const at::Tensor& tensor : tensors) {
    const at::Tensor values = tensor.scalar_type() == at::kFloat ? tensor : tensor.to(at::kFloat);
    dense.push_back(values.is_non_overlapping_and_dense() ? values : values.contiguous());
  }
  const std::vector<Piece> pieces = piecesOf(dense);
  const std::vector<float*> pointers = pointersOf(dense);
  std::vector<double> sums(pieces.size());
  overPieces(pieces, [&](const Piece& piece, int64_t i) {
    sums[i] = kernels().sumOfSquares(pointers[piece.tensor] + piece.begin, piece.count);
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return at::scalar_tensor(std::sqrt(total), at::TensorOptions().dtype(at::kDouble));
}

}  // namespace

TORCH_LIBRARY_IMPL(patina, CPU, m) {
  m.impl("sgd_step_", &sgdStep);
  m.impl("adamw_step_", &adamwStep);
  m.impl("global_norm", &globalNorm);
}

}  // namespace patina
