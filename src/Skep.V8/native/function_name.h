#pragma once
#include "isolate.h"

namespace skep {

// Puts `skep:name` on a module's import.meta: (function, name) names the function as `Object.defineProperty` would, and answers with it.
void add_function_naming(v8::Local<v8::Context> context, v8::Local<v8::Object> meta);

}  // namespace skep
