// The add-on that node loads: from here on the process belongs to .NET. `node <flags> skep-engine.node <dll> <arguments>`
// runs the managed program in a process that has V8, on the main thread, and never returns to node.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <dlfcn.h>
#include <malloc.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "native_ops.h"

namespace {

[[noreturn]] void die(const std::string& message) {
    std::fprintf(stderr, "skep: %s\n", message.c_str());
    std::fflush(stderr);
    _exit(70);
}

bool exists(const std::string& path) {
    struct stat info;
    return stat(path.c_str(), &info) == 0;
}

// a < b for dotted version numbers such as 10.0.12.
bool version_less(const std::string& a, const std::string& b) { return strverscmp(a.c_str(), b.c_str()) < 0; }

std::string newest_hostfxr(const std::string& root) {
    std::string folder = root + "/host/fxr";
    DIR* directory = opendir(folder.c_str());
    if (directory == nullptr) return "";
    std::string newest;
    while (dirent* entry = readdir(directory)) {
        std::string name = entry->d_name;
        if (name[0] != '.' && (newest.empty() || version_less(newest, name))) newest = name;
    }
    closedir(directory);
    return newest.empty() ? "" : folder + "/" + newest + "/libhostfxr.so";
}

std::string dotnet_root() {
    std::vector<std::string> candidates;
    if (const char* root = getenv("DOTNET_ROOT")) candidates.push_back(root);
    if (const char* path = getenv("PATH")) {
        std::string list = path;
        for (size_t start = 0; start <= list.size();) {
            size_t end = list.find(':', start);
            if (end == std::string::npos) end = list.size();
            char real[PATH_MAX];
            if (realpath((list.substr(start, end - start) + "/dotnet").c_str(), real) != nullptr) {
                std::string found = real;
                candidates.push_back(found.substr(0, found.rfind('/')));
            }
            start = end + 1;
        }
    }
    for (const char* usual : {"/usr/share/dotnet", "/usr/lib/dotnet", "/usr/local/share/dotnet"}) candidates.push_back(usual);
    if (const char* home = getenv("HOME")) candidates.push_back(std::string(home) + "/.dotnet");
    for (const std::string& candidate : candidates) {
        if (exists(candidate + "/host/fxr")) return candidate;
    }
    die("no .NET runtime found: install the .NET 10 SDK or set DOTNET_ROOT to its folder");
}

// The node executable exports its own OpenSSL; .NET's shim must bind to the system's, so that is loaded first with its own
// symbols preferred.
void load_openssl() {
    for (const char* name : {"libcrypto.so.3", "libssl.so.3"}) {
        if (dlopen(name, RTLD_NOW | RTLD_DEEPBIND) == nullptr) {
            die(std::string(name) + " cannot be loaded (" + dlerror() + "): install OpenSSL 3 (Debian: libssl3)");
        }
    }
}

// glibc makes eight arenas for each core, and what is freed in one is of no use to the others: with isolates that come and go on
// every thread of the pool the free memory of all arenas came to more than what was in use.
//
// It gives the end of an arena back as soon as it is free, which it is after each collection of a worker that streams: the pages of
// 50 MB a second were returned and touched again. skep_return_free_memory does it when there is something to gain. Setting this
// stops glibc from raising the size that is mapped and unmapped each time, so that is set to what it would come to.
void bound_arenas() {
    mallopt(M_ARENA_MAX, static_cast<int>(std::max(2u, std::thread::hardware_concurrency())));
    mallopt(M_TOP_PAD, 32 << 20);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
}

struct hostfxr_initialize_parameters {
    size_t size;
    const char* host_path;
    const char* dotnet_root;
};

int run_managed(int argc, const char** argv) {
    std::string root = dotnet_root();
    std::string library = newest_hostfxr(root);
    void* hostfxr = dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (hostfxr == nullptr) die("the .NET host at " + library + " cannot be loaded: " + dlerror());
    auto initialize = reinterpret_cast<int (*)(int, const char**, const hostfxr_initialize_parameters*, void**)>(
        dlsym(hostfxr, "hostfxr_initialize_for_dotnet_command_line"));
    auto run = reinterpret_cast<int (*)(void*)>(dlsym(hostfxr, "hostfxr_run_app"));
    if (initialize == nullptr || run == nullptr) die("the .NET host at " + library + " is too old: install .NET 10");
    std::string host = root + "/dotnet";
    hostfxr_initialize_parameters parameters{sizeof parameters, host.c_str(), root.c_str()};
    void* handle = nullptr;
    int status = initialize(argc, argv, &parameters, &handle);
    if (handle == nullptr) die("the .NET host could not start " + std::string(argv[0]) + " (status " + std::to_string(status) + ")");
    return run(handle);
}

}  // namespace

SKEP_API void skep_initialize(const SkepCallbacks* callbacks, const char* const* op_names, int32_t op_count) {
    skep::callbacks = *callbacks;
    skep::set_op_names(op_names, op_count);
}

SKEP_API void skep_return_free_memory() {
    malloc_trim(0);
}

NODE_MODULE_INIT() {
    (void)exports;
    (void)module;
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    node::Environment* environment = node::GetCurrentEnvironment(context);
    skep::platform = node::GetMultiIsolatePlatform(environment);
    if (skep::platform == nullptr) die("node offers no isolate platform");
    skep::freeze_platform_clock();
    skep::collect_alone();
    skep::count_reservations();
    Dl_info self;
    if (dladdr(reinterpret_cast<void*>(skep_initialize), &self) != 0) setenv("SKEP_ENGINE", self.dli_fname, 1);
    bound_arenas();
    setenv("SKEP_ENGINE_PROCESS", std::to_string(getpid()).c_str(), 1);
    load_openssl();

    // process.argv is node, this add-on, the managed program, its arguments.
    v8::HandleScope handles(isolate);
    v8::Local<v8::Value> process;
    v8::Local<v8::Value> list;
    if (!context->Global()->Get(context, skep::utf8(isolate, "process")).ToLocal(&process) ||
        !process.As<v8::Object>()->Get(context, skep::utf8(isolate, "argv")).ToLocal(&list)) {
        die("process.argv is missing");
    }
    v8::Local<v8::Array> arguments = list.As<v8::Array>();
    std::vector<std::string> texts;
    for (uint32_t i = 2; i < arguments->Length(); i++) {
        v8::Local<v8::Value> argument = arguments->Get(context, i).ToLocalChecked();
        v8::String::Utf8Value text(isolate, argument);
        texts.emplace_back(*text);
    }
    if (texts.empty()) die("no managed program given");
    std::vector<const char*> argv;
    for (const std::string& text : texts) argv.push_back(text.c_str());
    int code = run_managed(static_cast<int>(argv.size()), argv.data());
    std::fflush(nullptr);
    _exit(code);
}
