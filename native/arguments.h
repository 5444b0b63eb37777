// Reading the arguments of a native function.
#pragma once
#include <node_api.h>

#include <array>
#include <string>

#include "errors.h"

namespace patina {

// Exactly N arguments; missing ones are undefined.
template <size_t N>
std::array<napi_value, N> readArguments(napi_env env, napi_callback_info info) {
  std::array<napi_value, N> values;
  size_t count = N;
  napi_get_cb_info(env, info, &count, values.data(), nullptr, nullptr);
  return values;
}

inline int32_t readInt32(napi_env env, napi_value value) {
  int32_t result;
  if (napi_get_value_int32(env, value, &result) != napi_ok) fail("argument", "expected an integer");
  return result;
}

inline bool readBool(napi_env env, napi_value value) {
  bool result;
  if (napi_get_value_bool(env, value, &result) != napi_ok) fail("argument", "expected true or false");
  return result;
}

inline std::string readString(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) fail("argument", "expected a string");
  std::string result(length, '\0');
  napi_get_value_string_utf8(env, value, result.data(), length + 1, &length);
  return result;
}

inline napi_value makeNumber(napi_env env, double number) {
  napi_value result;
  napi_create_double(env, number, &result);
  return result;
}

inline napi_value makeInt32(napi_env env, int32_t number) {
  napi_value result;
  napi_create_int32(env, number, &result);
  return result;
}

inline napi_value makeBool(napi_env env, bool value) {
  napi_value result;
  napi_get_boolean(env, value, &result);
  return result;
}

inline napi_value makeString(napi_env env, const std::string& text) {
  napi_value result;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

}  // namespace patina
