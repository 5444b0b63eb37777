// C++ exceptions become JavaScript errors here, and nowhere else.
#pragma once
#include <node_api.h>

#include <functional>
#include <string>

namespace patina {

// A mistake of the caller found by the addon itself. `code` is a code of PatinaError.
struct Failure {
  const char* code;
  std::string message;
};

[[noreturn]] void fail(const char* code, std::string message);

// Keeps the JavaScript function (code, message) -> PatinaError that makes the errors thrown by this environment.
napi_value setErrorFactory(napi_env env, napi_callback_info info);

// Throws a PatinaError in JavaScript. The caller returns nullptr right after.
void throwError(napi_env env, const char* code, const std::string& message);

// Runs `body`; whatever it throws is thrown in JavaScript, prefixed by `where()` (built only then) and without C++ frames.
napi_value guarded(napi_env env, const std::function<std::string()>& where, const std::function<napi_value()>& body);

// Turns the exception in flight into a JavaScript one. To be called inside a catch block.
void rethrowInJavaScript(napi_env env, const std::string& where);

}  // namespace patina
