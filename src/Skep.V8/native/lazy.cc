// Data properties whose value is made when it is first asked for. To every observer they are data properties all along.
#include "native_ops.h"

namespace skep {

namespace {

// An accessor belongs to the isolate, not to the context, so a snapshot keeps no function in it: the function that makes all
// values is a private property of the global object, the accessor's data is the number it gets.
v8::Local<v8::Private> maker(v8::Isolate* isolate) { return v8::Private::ForApi(isolate, utf8(isolate, "skep.lazy")); }

void make_value(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::Value> arguments[] = {info.Data(), name};
    v8::Local<v8::Value> function;
    v8::Local<v8::Value> value;
    if (!context->Global()->GetPrivate(context, maker(isolate)).ToLocal(&function) || !function->IsFunction()) return;
    if (function.As<v8::Function>()->Call(context, v8::Undefined(isolate), 2, arguments).ToLocal(&value)) info.GetReturnValue().Set(value);
}

// (make): `make(number, name)` gives the value of every lazy property.
void lazy_maker(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    context->Global()->SetPrivate(context, maker(isolate), info[0]).Check();
}

// (target, name, number, enumerable): should `make` throw, it is called again the next time.
void define_lazy(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::PropertyAttribute attributes = info[3]->IsTrue() ? v8::None : v8::DontEnum;
    info[0].As<v8::Object>()
        ->SetLazyDataProperty(info.GetIsolate()->GetCurrentContext(), info[1].As<v8::Name>(), make_value, info[2], attributes)
        .Check();
}

const NativeOp ops[] = {{"define_lazy", define_lazy}, {"lazy_maker", lazy_maker}};

}  // namespace

const NativeOps lazy_ops{ops, std::size(ops)};

const intptr_t lazy_reference = reinterpret_cast<intptr_t>(make_value);

}  // namespace skep
