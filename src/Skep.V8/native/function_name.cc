// Gives closures their names, for esbuild's `keepNames` (Skep.Runtime/Workers/KeptNames.cs): what Object.defineProperty does there makes
// V8 turn every closure into a dictionary. A literal's name is the same each time, so it is given to the literal.
#include "function_name.h"

namespace skep {
namespace {

// Whether the function has the name now, by its literal. Only literals of the worker's own code are named: what V8 and the layer bring
// along may lie in memory that is only read. Classes are left to the slow way: a static member may be their name.
bool name_literal(SkepIsolate* self, v8::Local<v8::Function> function, v8::Local<v8::String> name) {
    if (function->ScriptId() < self->first_module_script) return false;
    v8::Local<v8::Value> before = function->GetName();
    if (before->StrictEquals(name)) return true;
    if (function->IsConstructor() || !before->IsString() || before.As<v8::String>()->Length() != 0) return false;
    function->SetName(name);
    return true;
}

// (function, name): function
void name_function(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    info.GetReturnValue().Set(info[0]);
    if (info[0]->IsFunction() && info[1]->IsString() &&
        name_literal(SkepIsolate::of(isolate), info[0].As<v8::Function>(), info[1].As<v8::String>())) {
        return;
    }
    if (!info[0]->IsObject()) {
        isolate->ThrowException(v8::Exception::TypeError(utf8(isolate, "Object.defineProperty called on non-object")));
        return;
    }
    v8::PropertyDescriptor descriptor(info[1]);
    descriptor.set_configurable(true);
    v8::Maybe<bool> defined = info[0].As<v8::Object>()->DefineProperty(isolate->GetCurrentContext(), utf8(isolate, "name"), descriptor);
    if (defined.IsJust() && !defined.FromJust()) {
        isolate->ThrowException(v8::Exception::TypeError(utf8(isolate, "Cannot redefine property: name")));
    }
}

}  // namespace

void add_function_naming(v8::Local<v8::Context> context, v8::Local<v8::Object> meta) {
    v8::Local<v8::Function> function;
    if (!v8::Function::New(context, name_function, {}, 2, v8::ConstructorBehavior::kThrow).ToLocal(&function)) return;
    auto hidden = static_cast<v8::PropertyAttribute>(v8::DontEnum | v8::ReadOnly | v8::DontDelete);
    meta->DefineOwnProperty(context, utf8(v8::Isolate::GetCurrent(), "skep:name"), function, hidden).FromMaybe(false);
}

}  // namespace skep
