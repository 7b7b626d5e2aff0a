using System.Text;
using System.Text.RegularExpressions;
using Skep.Abstractions.Workers;
using Skep.Bundling;
using Skep.Configuration;
using Skep.Diagnostics;
using Skep.Tests.Architecture;
using Skep.Tests.Configuration;
using Xunit;

namespace Skep.Tests.Bundling;

public sealed class BundlerTests : ProjectTest
{
    [Fact]
    public async Task TypeScript_becomes_one_module_with_a_source_map()
    {
        Folder.Write("src/greet.ts", "export const greet = (name: string): string => `Hello ${name}`;");
        var build = await BuildAsync("src/index.ts", "import { greet } from './greet';\nexport default { fetch: () => new Response(greet('you')) };");

        var module = Assert.Single(build.Version!.Modules);
        Assert.Equal("index.js", build.Version.MainModule);
        Assert.Equal(ModuleKind.EsModule, module.Kind);
        Assert.Equal(ScriptSyntax.Modules, build.Version.Syntax);
        Assert.Contains("src/greet.ts", Encoding.UTF8.GetString(module.SourceMap.Span), StringComparison.Ordinal);
        Assert.Equal(
            [Folder.Path + "/src/greet.ts", Folder.Path + "/src/index.ts"], build.Inputs.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Jsx_is_compiled_as_the_projects_tsconfig_says()
    {
        Folder.Write("tsconfig.json", """{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "tiny" } }""");
        Folder.Write("node_modules/tiny/jsx-runtime.js", "export const jsx = (tag) => `<${tag}>`;");
        Folder.Write("node_modules/tiny/package.json", """{ "name": "tiny", "exports": { "./jsx-runtime": "./jsx-runtime.js" } }""");
        var build = await BuildAsync("index.tsx", "export default { fetch: () => new Response(<p />) };");
        Assert.Empty(build.Diagnostics);
        Assert.Contains("<${tag}>", Code(build), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_build_command_finds_the_programs_of_the_projects_packages()
    {
        var program = Folder.Write("node_modules/.bin/make-page", "#!/bin/sh\necho 'export default 1;' > page.js\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var build = await BuildAsync(
            "packages/site/index.js",
            "export { default } from './page.js';",
            project => project with { Build = new CustomBuild("make-page", Path.Combine(Folder.Path, "packages", "site"), []) });
        Assert.Empty(build.Diagnostics);
        Assert.Contains(Path.Combine(Folder.Path, "packages", "site", "page.js"), build.Inputs);
    }

    [Fact]
    public async Task Imports_of_other_kinds_become_modules_of_their_own()
    {
        Folder.Write("a.txt", "text");
        Folder.Write("b.bin", "bytes");
        Folder.Write("c.wasm", "\0asm");
        Folder.Write("d.md", "custom");
        Folder.Write("e.json", """{ "inlined": true }""");
        var build = await BuildAsync(
            "index.js",
            """
            import a from "./a.txt"; import b from "./b.bin"; import c from "./c.wasm"; import c2 from "c.wasm?module";
            import d from "./d.md"; import e from "./e.json";
            export default { a, b, c, c2, d, e };
            """,
            project => project with { Rules = [new ModuleRule("Text", ["**/*.md"], Fallthrough: true)] });

        Assert.Empty(build.Diagnostics);
        Assert.Equal(
            [ModuleKind.EsModule, ModuleKind.Text, ModuleKind.Data, ModuleKind.CompiledWasm, ModuleKind.Text],
            build.Version!.Modules.Select(module => module.Kind));
        foreach (var module in build.Version.Modules.Skip(1))
        {
            Assert.Matches("^[0-9a-f]{20}-[a-d][.]", module.Name);
            Assert.Contains($"from \"./{module.Name}\"", Code(build), StringComparison.Ordinal);
        }

        Assert.Equal("text", Encoding.UTF8.GetString(build.Version.Modules[1].Content.Span));
        Assert.Contains(Folder.Path + "/d.md", build.Inputs);
    }

    [Fact]
    public async Task A_worker_without_exports_is_in_service_worker_syntax()
    {
        Folder.Write("a.txt", "inlined text");
        var build = await BuildAsync("index.js", "import text from './a.txt'; addEventListener('fetch', (e) => e.respondWith(new Response(text)));");
        Assert.Equal(ScriptSyntax.ServiceWorker, build.Version!.Syntax);
        Assert.Contains("inlined text", Code(build), StringComparison.Ordinal);
        Assert.DoesNotContain("import ", Code(build), StringComparison.Ordinal);
        Assert.Single(build.Version.Modules);
    }

    [Fact]
    public async Task Node_builtins_are_left_to_the_runtime_when_enabled()
    {
        Folder.Write("node_modules/cjs/index.js", "exports.AsyncResource = require('async_hooks').AsyncResource;");
        const string Source = """
            import { AsyncResource } from "cjs"; import { AsyncLocalStorage } from "async_hooks";
            import { WorkerEntrypoint } from "cloudflare:workers";
            export default { AsyncResource, AsyncLocalStorage, WorkerEntrypoint };
            """;
        var build = await BuildAsync("index.js", Source, project => project with { CompatibilityFlags = ["nodejs_compat"] });
        Assert.Empty(build.Diagnostics);
        Assert.Contains("from \"node:async_hooks\"", Code(build), StringComparison.Ordinal);
        Assert.Contains("from \"cloudflare:workers\"", Code(build), StringComparison.Ordinal);
        Assert.DoesNotContain("Dynamic require", Code(build), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_builtins_that_are_not_enabled_are_an_error_with_the_remedy()
    {
        var build = await BuildAsync(
            "index.js", "\nimport hooks from 'node:async_hooks';\nexport default { hooks };", project => project with { CompatibilityDate = "2024-01-01" });
        var error = Assert.Single(build.Diagnostics);
        Assert.Null(build.Version);
        Assert.Equal(Severity.Error, error.Severity);
        Assert.Equal(2, error.Position!.Line);
        Assert.Contains("nodejs_compat", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nodejs_compat_a_bare_name_is_the_runtimes_module_or_a_polyfill()
    {
        Folder.Write("node_modules/cjs/index.js", "exports.path = require('path').sep; exports.os = require('os').EOL;");
        const string Source = "import { path, os } from 'cjs'; import fs from 'fs'; export default { path, os, read: fs.readFileSync, later: () => import('node:zlib') };";
        var old = await BuildAsync("index.js", Source, project => project with { CompatibilityFlags = ["nodejs_compat"], CompatibilityDate = "2024-10-01" });
        Assert.Empty(old.Diagnostics);
        Assert.Contains("from \"path\"", Code(old).Replace("node:", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("from \"node:os\"", Code(old), StringComparison.Ordinal);
        Assert.Contains("unenv", Code(old), StringComparison.Ordinal);

        var now = await BuildAsync("index.js", Source, project => project with { CompatibilityFlags = ["nodejs_compat"], CompatibilityDate = "2026-06-01" });
        Assert.Empty(now.Diagnostics);
        Assert.Contains("from \"node:os\"", Code(now), StringComparison.Ordinal);
        Assert.Contains("from \"node:fs\"", Code(now), StringComparison.Ordinal);
        Assert.Contains("import(\"node:zlib\")", Code(now), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_version_two_of_nodejs_compat_names_need_their_prefix()
    {
        var build = await BuildAsync(
            "index.js", "import { Buffer } from 'buffer'; export default { Buffer };",
            project => project with { CompatibilityFlags = ["nodejs_compat"], CompatibilityDate = "2024-01-01" });
        var error = Assert.Single(build.Diagnostics);
        Assert.Contains("Write \"node:\" before its name", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import x from 'left-pad';\nexport default x;", 1, "Could not resolve \"left-pad\"", "npm install left-pad")]
    [InlineData("import x from '@a/b/c';\nexport default x;", 1, "Could not resolve \"@a/b/c\"", "npm install @a/b")]
    [InlineData("export default {\n  fetch( { }\n};", 2, "Expected", null)]
    public async Task A_mistake_in_the_code_has_its_place_and_line(string code, int line, string message, string? remedy)
    {
        var build = await BuildAsync("src/index.ts", code);
        var error = build.Diagnostics.First();
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(Folder.Path + "/src/index.ts", error.Position!.File);
        Assert.InRange(error.Position.Line, line, line + 1);
        Assert.NotNull(error.LineText);
        if (remedy is not null) Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_build_sees_the_change()
    {
        var first = await BuildAsync("index.js", "export default { value: 'one' };");
        var second = await BuildAsync("index.js", "export default { value: 'two' };");
        Assert.Contains("one", Code(first), StringComparison.Ordinal);
        Assert.Contains("two", Code(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aliases_and_defines_apply()
    {
        Folder.Write("real.js", "export default 'the real one';");
        var build = await BuildAsync(
            "index.js",
            "import it from 'fake'; export default { it, version: VERSION, mode: process.env.NODE_ENV };",
            project => project with { Alias = project.Alias.Add("fake", "./real.js"), Define = project.Define.Add("VERSION", "\"1.2\"") });
        Assert.Empty(build.Diagnostics);
        Assert.Contains("the real one", Code(build), StringComparison.Ordinal);
        Assert.Contains("version: \"1.2\"", Code(build), StringComparison.Ordinal);
        Assert.DoesNotContain("process.env", Code(build), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_bundling_files_are_taken_as_they_are()
    {
        Folder.Write("lib/a.mjs", "export default 1;");
        Folder.Write("node_modules/x/b.mjs", "never taken");
        var build = await BuildAsync(
            "index.mjs",
            "import a from './lib/a.mjs'; export default { a };",
            project => project with { NoBundle = true, FindAdditionalModules = true, Rules = [new ModuleRule("ESModule", ["**/*.mjs"], null)] });
        Assert.Equal(["index.mjs", "lib/a.mjs"], build.Version!.Modules.Select(module => module.Name));
    }

    private static string Code(Build build) => Encoding.UTF8.GetString(build.Version!.Modules[0].Content.Span);

    private Task<Build> BuildAsync(string entry, string code, Func<ProjectConfig, ProjectConfig>? change = null)
    {
        var file = Folder.Write(entry, code);
        var project = new ProjectConfig { Name = "test", Root = Folder.Path, Entry = file, ModuleRoot = Path.GetDirectoryName(file)! };
        return new Bundler(Service).BuildAsync(change?.Invoke(project) ?? project, TestContext.Current.CancellationToken);
    }
}
