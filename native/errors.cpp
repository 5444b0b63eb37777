#include "errors.h"

#include <c10/util/Exception.h>

#include "arguments.h"
#include "environment.h"

namespace patina {

void fail(const char* code, std::string message) { throw Failure{code, std::move(message)}; }

napi_value setErrorFactory(napi_env env, napi_callback_info info) {
  auto arguments = readArguments<1>(env, info);
  Environment& current = environment();
  if (current.errorFactory) napi_delete_reference(env, current.errorFactory);
  napi_create_reference(env, arguments[0], 1, &current.errorFactory);
  return nullptr;
}

void throwError(napi_env env, const char* code, const std::string& message) {
  napi_value factory = nullptr, receiver = nullptr, error = nullptr;
  napi_value texts[2];
  napi_create_string_utf8(env, code, NAPI_AUTO_LENGTH, &texts[0]);
  napi_create_string_utf8(env, message.data(), message.size(), &texts[1]);
  napi_ref reference = environment().errorFactory;
  if (reference) napi_get_reference_value(env, reference, &factory);
  napi_get_undefined(env, &receiver);
  if (factory && napi_call_function(env, receiver, factory, 2, texts, &error) == napi_ok)
    napi_throw(env, error);
  else
    napi_throw_error(env, code, message.c_str());
}

void rethrowInJavaScript(napi_env env, const std::string& where) {
  const std::string prefix = where.empty() ? "" : where + ": ";
  try {
    throw;
  } catch (const Failure& failure) {
    throwError(env, failure.code, prefix + failure.message);
  } catch (const c10::Error& error) {
    throwError(env, "torch", prefix + error.what_without_backtrace());
  } catch (const std::exception& error) {
    throwError(env, "torch", prefix + error.what());
  } catch (...) {
    throwError(env, "torch", prefix + "an unknown C++ exception");
  }
}

napi_value guarded(napi_env env, const std::function<std::string()>& where, const std::function<napi_value()>& body) {
  try {
    return body();
  } catch (...) {
    rethrowInJavaScript(env, where());
    return nullptr;
  }
}

}  // namespace patina
