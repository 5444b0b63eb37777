// The operators of our own, by name. Each file that carries one out registers its kernels.
#include <torch/library.h>

TORCH_LIBRARY(patina, m) {
  m.def(
      "dropout_batch_norm_act(Tensor input, Tensor weight, Tensor bias, Tensor(a!) running_mean, Tensor(b!) running_var, "
      "bool training, float momentum, float eps, float p, int key, str activation) -> Tensor");
  m.def("dropout_mask(int[] size, float p, int key) -> Tensor");
  m.def("conv3x3(Tensor images, Tensor weight, Tensor? bias, int border) -> Tensor");
  m.def("reflection_pad(Tensor images, str resample, bool relu) -> Tensor");
  m.def(
      "sgd_step_(Tensor(a!)[] parameters, Tensor[] gradients, Tensor(b!)[] momenta, float lr, float momentum, "
      "float weight_decay, bool nesterov, float gradient_scale) -> ()");
  m.def(
      "adamw_step_(Tensor(a!)[] parameters, Tensor[] gradients, Tensor(b!)[] means, Tensor(c!)[] squares, float lr, "
      "float beta1, float beta2, float eps, float weight_decay, float gradient_scale, float mean_correction, "
      "float square_correction) -> ()");
  m.def("global_norm(Tensor[] tensors) -> Tensor");
  m.def("vectors() -> str");
  m.def("allocator_statistics() -> int[]");
  m.def("allocator_trim() -> int");
}
