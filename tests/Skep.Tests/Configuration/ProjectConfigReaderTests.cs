using System.Collections.Immutable;
using Skep.Abstractions.Queues;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Workers;
using Skep.Configuration;
using Skep.Diagnostics;
using Xunit;

namespace Skep.Tests.Configuration;

public sealed class ProjectConfigReaderTests : ProjectTest
{
    [Fact]
    public async Task Classes_keep_their_namespace_through_migrations()
    {
        Folder.Write("index.js", "export default {}");
        async Task<ProjectConfig> With(string migrations)
        {
            var (project, warnings) = await ReadAsync("wrangler.jsonc", $$"""
                {
                  "name": "app", "main": "index.js", "compatibility_date": "2026-01-01", "migrations": {{migrations}},
                  "durable_objects": { "bindings": [{ "name": "THINGS", "class_name": "Thing" }, { "name": "FAR", "class_name": "Far", "script_name": "other" }] },
                }
                """);
            Assert.Empty(warnings);
            return project;
        }

        var before = await With("""[{ "tag": "v1", "new_sqlite_classes": ["Thing"], "new_classes": ["Old"] }]""");
        Assert.Equal([("Old", false), ("Thing", true)], before.ObjectClasses.Select(each => (each.ClassName, each.Sqlite)));
        Assert.Equal(before.ObjectClasses[1].NamespaceId, Assert.IsType<ObjectNamespaceBinding>(before.Bindings[0]).NamespaceId);
        Assert.NotEqual(((ObjectNamespaceBinding)before.Bindings[0]).NamespaceId, ((ObjectNamespaceBinding)before.Bindings[1]).NamespaceId);

        var renamed = await With("""[{ "tag": "v1", "new_sqlite_classes": ["First"] }, { "tag": "v2", "renamed_classes": [{ "from": "First", "to": "Thing" }] }]""");
        var first = await With("""[{ "tag": "v1", "new_sqlite_classes": ["First", "Thing"] }]""");
        Assert.Equal(first.ObjectClasses[0].NamespaceId, Assert.Single(renamed.ObjectClasses).NamespaceId);

        var again = await With("""[{ "tag": "v1", "new_sqlite_classes": ["Thing"] }, { "tag": "v2", "deleted_classes": ["Thing"] }, { "tag": "v3", "new_sqlite_classes": ["Thing"] }]""");
        Assert.NotEqual(before.ObjectClasses[1].NamespaceId, Assert.Single(again.ObjectClasses).NamespaceId);
    }

    [Fact]
    public async Task A_class_without_migration_works_here_and_is_warned_of()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            { "name": "app", "main": "index.js", "compatibility_date": "2026-01-01", "durable_objects": { "bindings": [{ "name": "THINGS", "class_name": "Thing" }] } }
            """);
        Assert.Equal("No migration makes \"Thing\" a class with Durable Objects, and without one it cannot be deployed", Assert.Single(warnings).Message);
        Assert.Equal("Thing", Assert.Single(project.ObjectClasses).ClassName);
    }

    [Fact]
    public async Task Services_are_bindings_to_other_workers()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            {
              "name": "front", "main": "index.js", "compatibility_date": "2026-01-01",
              "services": [
                { "binding": "API", "service": "api" },
                { "binding": "ADMIN", "service": "api", "environment": "staging", "entrypoint": "Admin", "props": { "a": [1] } },
              ],
            }
            """);
        Assert.Empty(warnings);
        Assert.Equal([new ServiceBinding("API", "api"), new ServiceBinding("ADMIN", "api-staging", "Admin", """{"a":[1]}""")], project.Bindings);
    }

    [Fact]
    public async Task Hyperdrive_is_a_local_database()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            {
              "name": "shop", "main": "index.js", "compatibility_date": "2026-01-01",
              "hyperdrive": [{ "binding": "DB", "id": "abc", "localConnectionString": "postgres://me:s%20cret@localhost:6432/shop?sslmode=disable" }],
            }
            """);
        Assert.Empty(warnings);
        var origin = Assert.IsType<HyperdriveBinding>(Assert.Single(project.Bindings)).Local!;
        Assert.Equal(
            ("localhost", 6432, "shop", "me", "s cret", HyperdriveEncryption.Disable),
            (origin.Host, origin.Port, origin.Database, origin.User, origin.Password, origin.Encryption));
    }

    [Theory]
    [InlineData("", "There is no local database for the Hyperdrive binding \"DB\"")]
    [InlineData(""", "localConnectionString": "mysql://a:b@c/d" """, "MySQL is not supported")]
    [InlineData(""", "localConnectionString": "postgres://a:b@c" """, "names no database")]
    public async Task Hyperdrive_without_a_database_is_a_mistake(string more, string expected)
    {
        Folder.Write("index.js", "export default {}");
        var mistakes = await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync("wrangler.jsonc", $$"""
            { "name": "shop", "main": "index.js", "compatibility_date": "2026-01-01", "hyperdrive": [{ "binding": "DB", "id": "abc"{{more}} }] }
            """));
        Assert.Contains(expected, Assert.Single(mistakes.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_is_read_with_comments_and_trailing_commas()
    {
        Folder.Write("src/index.ts", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            {
              // the name
              "name": "shop",
              "main": "src/index.ts",
              "compatibility_date": "2026-01-01",
              "compatibility_flags": ["nodejs_compat"],
              "vars": { "GREETING": "hi", "LIMITS": { "max": 3, "tags": ["a", true, null] } },
              "rules": [{ "type": "Text", "globs": ["**/*.md"], "fallthrough": true }],
              "define": { "VERSION": "\"1\"" },
              "alias": { "a": "./b" },
              "minify": true,
              "triggers": { "crons": ["*/5 * * * *"] },
              "limits": { "cpu_ms": 50 },
            }
            """);

        Assert.Empty(warnings);
        Assert.Equal("shop", project.Name);
        Assert.Equal(Path.Combine(Folder.Path, "src/index.ts"), project.Entry);
        Assert.Equal("2026-01-01", project.CompatibilityDate);
        Assert.Equal(["nodejs_compat"], project.CompatibilityFlags);
        Assert.Equal(
            [new TextBinding("GREETING", "hi"), new JsonBinding("LIMITS", """{"max":3,"tags":["a",true,null]}""")],
            project.Bindings);
        Assert.Equal("**/*.md", Assert.Single(Assert.Single(project.Rules).Globs));
        Assert.Equal("\"1\"", project.Define["VERSION"]);
        Assert.Equal("./b", project.Alias["a"]);
        Assert.True(project.Minify);
        Assert.Equal(["*/5 * * * *"], project.Crons);
        Assert.Equal(TimeSpan.FromMilliseconds(50), project.Limits.CpuTime);
    }

    [Fact]
    public async Task Toml_says_the_same_as_json()
    {
        Folder.Write("src/index.ts", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.toml", """
            name = "shop" # the name
            main = "src/index.ts"
            compatibility_date = "2026-01-01"
            [vars]
            GREETING = "hi"
            LIMITS = { max = 3, tags = ["a", true] }
            [[rules]]
            type = "Text"
            globs = ["**/*.md"]
            """);

        Assert.Empty(warnings);
        Assert.Equal("shop", project.Name);
        Assert.Equal(
            [new TextBinding("GREETING", "hi"), new JsonBinding("LIMITS", """{"max":3,"tags":["a",true]}""")],
            project.Bindings);
        Assert.Equal("Text", Assert.Single(project.Rules).Type);
    }

    [Theory]
    [InlineData("wrangler.jsonc", "{\n  \"main\": \"index.js\"\n  \"name\": \"a\"\n}", 3, "not valid JSON", null)]
    [InlineData("wrangler.jsonc", "{\n  \"main\": 3\n}", 2, "\"main\" must be a string, but is a number", null)]
    [InlineData("wrangler.jsonc", "{\n  \"main\": \"missing.ts\"\n}", 2, "\"main\" names missing.ts, which does not exist", "relative to this file")]
    [InlineData("wrangler.jsonc", "{ \"main\": \"index.js\",\n \"compatibility_date\": \"soon\" }", 2, "must be a date like", null)]
    [InlineData("wrangler.jsonc", "{ \"main\": \"index.js\",\n\n \"compatibility_flags\": \"nodejs_compat\" }", 3, "must be an array of strings, but is a string", null)]
    [InlineData("wrangler.jsonc", "{ \"main\": \"index.js\", \"rules\": [\n{ \"type\": \"text\", \"globs\": [] }] }", 2, "\"text\" is no type of module", "Did you mean \"Text\"?")]
    [InlineData("wrangler.jsonc", "{ \"main\": \"index.js\", \"name\": \"no spaces\" }", 1, "no name for a Worker", "hyphens")]
    [InlineData("wrangler.jsonc", "{ \"main\": \"index.js\", \"limits\": { \"cpu_ms\": -1 } }", 1, "must be a whole number of at least 1", null)]
    [InlineData("wrangler.toml", "main = \"index.js\"\nname = ,\n", 2, "not valid TOML", null)]
    [InlineData("wrangler.toml", "main = \"index.js\"\n\n[limits]\ncpu_ms = \"fast\"\n", 4, "\"limits.cpu_ms\" must be a number, but is a string", null)]
    [InlineData("wrangler.toml", "main = \"index.js\"\n[[rules]]\ntype = \"Text\"\nglobs = []\n[[rules]]\ntype = \"Txet\"\nglobs = []\n", 6, "\"Txet\" is no type of module", "Did you mean \"Text\"?")]
    public async Task A_mistake_names_file_line_and_remedy(string file, string content, int line, string message, string? remedy)
    {
        Folder.Write("index.js", "export default {}");
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync(file, content));

        var error = failure.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(Folder.Path, file), error.Position!.File);
        Assert.Equal(line, error.Position.Line);
        if (remedy is not null) Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_reported_at_once()
    {
        Folder.Write("index.js", "export default {}");
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() =>
            ReadAsync("wrangler.jsonc", """{ "main": "index.js", "minify": "yes", "name": 1, "triggers": [] }"""));
        Assert.Equal(3, failure.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error));
    }

    [Theory]
    [InlineData("compatability_date", "Did you mean \"compatibility_date\"?")]
    [InlineData("kv_namespace", "Did you mean \"kv_namespaces\"?")]
    [InlineData("entirely_unknown", null)]
    public async Task An_unknown_key_is_a_warning(string key, string? remedy)
    {
        Folder.Write("index.js", "export default {}");
        var (_, warnings) = await ReadAsync("wrangler.jsonc", $$"""{ "main": "index.js", "compatibility_date": "2026-01-01", "{{key}}": "x" }""");
        var warning = Assert.Single(warnings);
        Assert.Contains($"Unknown key \"{key}\"", warning.Message, StringComparison.Ordinal);
        Assert.Equal(remedy, warning.Remedy);
    }

    [Fact]
    public async Task Storage_bindings_are_read_as_wrangler_reads_them_locally()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            { "main": "index.js", "compatibility_date": "2026-01-01",
              "kv_namespaces": [{ "binding": "A", "id": "1" }, { "binding": "B", "id": "1", "preview_id": "2" }, { "binding": "C" }],
              "r2_buckets": [{ "binding": "D", "bucket_name": "files" }, { "binding": "E", "bucket_name": "files", "preview_bucket_name": "other" }, { "binding": "F" }],
              "ratelimits": [{ "name": "L", "namespace_id": "7", "simple": { "limit": 5, "period": 60 } }] }
            """);
        Assert.Empty(warnings);
        Assert.Equal(
            [new KvNamespaceBinding("A", "1"), new KvNamespaceBinding("B", "2"), new KvNamespaceBinding("C", "C"), new R2BucketBinding("D", "files"), new R2BucketBinding("E", "other"), new R2BucketBinding("F", "F"), new RateLimitBinding("L", "7", 5, 60)],
            project.Bindings);
    }

    [Fact]
    public async Task Dispatch_namespaces_are_read_with_their_outbound_workers()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            { "main": "index.js", "compatibility_date": "2026-01-01",
              "dispatch_namespaces": [
                { "binding": "A", "namespace": "one" },
                { "binding": "B", "namespace": "two", "outbound": { "service": "out", "environment": "staging", "parameters": ["x", "y"] } }] }
            """);
        Assert.Empty(warnings);
        var (first, second) = ((DispatchNamespaceBinding)project.Bindings[0], (DispatchNamespaceBinding)project.Bindings[1]);
        Assert.Equal(("A", "one", null), (first.Name, first.NamespaceId, first.OutboundService));
        Assert.Equal(("B", "two", "out-staging"), (second.Name, second.NamespaceId, second.OutboundService));
        Assert.Equal(["x", "y"], second.OutboundParameters);
    }

    [Fact]
    public async Task Tail_workers_are_read_and_streaming_ones_are_warned_of()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            { "main": "index.js", "compatibility_date": "2026-01-01", "tail_consumers": [{ "service": "a" }, { "service": "b", "environment": "staging" }],
              "streaming_tail_consumers": [{ "service": "c" }] }
            """);
        Assert.Equal(["a", "b-staging"], project.TailConsumers);
        Assert.Contains("streaming_tail_consumers", Assert.Single(warnings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_loaders_are_read()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            { "main": "index.js", "compatibility_date": "2026-01-01", "worker_loaders": [{ "binding": "LOADER" }] }
            """);
        Assert.Empty(warnings);
        Assert.Equal([new WorkerLoaderBinding("LOADER")], project.Bindings);
    }

    [Fact]
    public async Task A_rate_limiter_without_a_possible_period_is_an_error()
    {
        Folder.Write("index.js", "export default {}");
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync("wrangler.jsonc", """
            { "main": "index.js", "compatibility_date": "2026-01-01",
              "ratelimits": [{ "name": "L", "namespace_id": "7", "simple": { "limit": 5, "period": 30 } }] }
            """));
        Assert.Equal("\"ratelimits[0].simple.period\" must be 10 or 60, but is 30", Assert.Single(failure.Diagnostics).Message);
    }

    [Fact]
    public async Task Who_may_be_sent_email_is_read()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            { "main": "index.js", "compatibility_date": "2026-01-01",
              "send_email": [{ "name": "A" }, { "name": "B", "destination_address": "a@b.c" }, { "name": "C", "allowed_destination_addresses": ["a@b.c"], "allowed_sender_addresses": ["d@e.f"] }] }
            """);
        Assert.Empty(warnings);
        var bindings = project.Bindings.Cast<SendEmailBinding>().ToArray();
        Assert.Equal([("A", null, null, null), ("B", "a@b.c", null, null), ("C", null, "a@b.c", "d@e.f")], bindings.Select(each => (each.Name, each.Destination, each.Destinations?.Single(), each.Senders?.Single())));
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync(
            "wrangler.jsonc", """{ "main": "index.js", "compatibility_date": "2026-01-01", "send_email": [{ "name": "A", "destination_address": "a@b.c", "allowed_destination_addresses": [] }] }"""));
        Assert.Equal("\"destination_address\" and \"allowed_destination_addresses\" exclude each other", Assert.Single(failure.Diagnostics).Message);
    }

    [Fact]
    public async Task Queues_are_read_with_who_sends_and_who_gets()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            { "main": "index.js", "compatibility_date": "2026-01-01",
              "queues": {
                "producers": [{ "binding": "A", "queue": "jobs" }, { "binding": "B", "queue": "later", "delivery_delay": 60 }],
                "consumers": [
                  { "queue": "jobs", "max_batch_size": 7, "max_batch_timeout": 2, "max_retries": 1, "dead_letter_queue": "letters", "max_concurrency": 3, "retry_delay": 9 },
                  { "queue": "letters" }, { "queue": "pulled", "type": "http_pull", "visibility_timeout_ms": 5 }
                ] } }
            """);
        Assert.Equal("\"queues.consumers[2].type\" is \"http_pull\", which is only there when it is deployed: here nobody gets the messages", Assert.Single(warnings).Message);
        Assert.Equal([new QueueBinding("A", "jobs"), new QueueBinding("B", "later", 60)], project.Bindings);
        QueueConsumer usual = new() { Id = "", CreatedOn = default };
        var configured = usual with { BatchSize = 7, MaxWaitMilliseconds = 2000, MaxRetries = 1, DeadLetterQueue = "letters", MaxConcurrency = 3, RetryDelay = 9 };
        Assert.Equal([new ConsumedQueue("jobs", configured), new ConsumedQueue("letters", usual)], project.QueueConsumers);
    }

    [Theory]
    [InlineData("\"max_batch_size\": 101", "\"queues.consumers[0].max_batch_size\" must be at most 100, but is 101")]
    [InlineData("\"max_batch_timeout\": 61", "\"queues.consumers[0].max_batch_timeout\" must be at most 60, but is 61")]
    [InlineData("\"max_retries\": -1", "\"queues.consumers[0].max_retries\" must be a whole number of at least 0, but is -1")]
    [InlineData("\"max_concurrency\": 251", "\"queues.consumers[0].max_concurrency\" must be at most 250, but is 251")]
    public async Task A_consumer_out_of_bounds_is_an_error(string setting, string message)
    {
        Folder.Write("index.js", "export default {}");
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync(
            "wrangler.jsonc", $$"""{ "main": "index.js", "compatibility_date": "2026-01-01", "queues": { "consumers": [{ "queue": "jobs", {{setting}} }] } }"""));
        Assert.Equal(message, Assert.Single(failure.Diagnostics).Message);
    }

    [Fact]
    public async Task D1_databases_are_those_of_the_preview_or_named_after_their_binding()
    {
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("wrangler.jsonc", """
            { "main": "index.js", "compatibility_date": "2026-01-01",
              "d1_databases": [
                { "binding": "A", "database_name": "a", "database_id": "1", "migrations_dir": "m" },
                { "binding": "B", "database_id": "1", "preview_database_id": "2" }, { "binding": "C", "database_name": "c" }] }
            """);
        Assert.Empty(warnings);
        Assert.Equal([new D1DatabaseBinding("A", "1"), new D1DatabaseBinding("B", "2"), new D1DatabaseBinding("C", "C")], project.Bindings);
    }

    [Fact]
    public async Task Products_that_do_not_exist_yet_make_one_warning()
    {
        Folder.Write("index.js", "export default {}");
        var (_, warnings) = await ReadAsync("wrangler.jsonc", """
            { "main": "index.js", "compatibility_date": "2026-01-01",
              "mtls_certificates": [{ "binding": "CERT" }], "pipelines": [{}], "browser": {} }
            """);
        Assert.Equal("Not available yet, and absent from env: mtls_certificates, pipelines", Assert.Single(warnings).Message);
    }

    [Fact]
    public async Task An_environment_inherits_some_keys_and_repeats_others()
    {
        Folder.Write("index.js", "export default {}");
        const string Content = """
            { "name": "shop", "main": "index.js", "compatibility_date": "2026-01-01",
              "vars": { "A": "top", "B": "top" },
              "env": { "staging": { "vars": { "A": "staging" } } } }
            """;
        var (project, warnings) = await ReadAsync("wrangler.jsonc", Content, new("staging"));

        Assert.Equal("shop-staging", project.Name);
        Assert.Equal("2026-01-01", project.CompatibilityDate);
        Assert.Equal([new TextBinding("A", "staging")], project.Bindings);
        Assert.Contains("\"vars.B\" stands at the top level but not in", Assert.Single(warnings).Message, StringComparison.Ordinal);

        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync("wrangler.jsonc", Content, new("production")));
        Assert.Equal("It has \"staging\".", failure.Diagnostics.First(each => each.Severity == Severity.Error).Remedy);
    }

    [Fact]
    public async Task Variables_win_in_the_order_file_secrets_command_line()
    {
        Folder.Write("index.js", "export default {}");
        Folder.Write(".dev.vars", "B=\"secret\"\nC=secret # a remark\n");
        var (project, _) = await ReadAsync(
            "wrangler.jsonc",
            """{ "main": "index.js", "compatibility_date": "2026-01-01", "vars": { "A": "file", "B": "file", "C": "file" } }""",
            new(Variables: [new("C", "command")]));

        Assert.Equal(
            [new TextBinding("A", "file"), new SecretTextBinding("B", "secret"), new TextBinding("C", "command")],
            project.Bindings);
    }

    [Fact]
    public async Task Without_dev_vars_the_env_files_are_read_the_nearer_over_the_more_general()
    {
        Folder.Write("src/index.ts", "export default {}");
        const string Config = """{ "name": "a", "main": "src/index.ts", "compatibility_date": "2026-01-01", "env": { "staging": {} } }""";
        Folder.Write(".env", "A=general\nB=general\nC=general");
        Folder.Write(".env.local", "B=local");
        Folder.Write(".env.staging", "C=staging\nB=staging");
        var (project, _) = await ReadAsync("wrangler.jsonc", Config);
        Assert.Equal([new SecretTextBinding("A", "general"), new SecretTextBinding("C", "general"), new SecretTextBinding("B", "local")], project.Bindings);

        Folder.Write(".dev.vars", "D=own");
        (project, _) = await ReadAsync("wrangler.jsonc", Config);
        Assert.Equal([new SecretTextBinding("D", "own")], project.Bindings);
    }

    [Fact]
    public async Task Unknown_compatibility_flags_are_warned_of_with_the_nearest_name()
    {
        Folder.Write("src/index.ts", "export default {}");
        var (_, warnings) = await ReadAsync("wrangler.jsonc", """
            { "name": "a", "main": "src/index.ts", "compatibility_date": "2026-01-01", "compatibility_flags": ["nodejs_compatt"] }
            """);
        var warning = Assert.Single(warnings);
        Assert.Equal("No such compatibility flag: nodejs_compatt", warning.Message);
        Assert.Equal("Did you mean \"nodejs_compat\"?", warning.Remedy);
    }

    [Theory]
    [InlineData("2999-01-01", "[]", "Can't set compatibility date in the future")]
    [InlineData("2026-01-01", """["nodejs_compat", "nodejs_compat"]""", "Compatibility flag specified multiple times: nodejs_compat")]
    [InlineData("2026-01-01", """["nodejs_compat", "no_nodejs_compat"]""", "Compatibility flags are mutually contradictory: nodejs_compat vs no_nodejs_compat")]
    public async Task Dates_and_flags_that_cannot_be_are_errors(string date, string flags, string message)
    {
        Folder.Write("src/index.ts", "export default {}");
        var exception = await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync(
            "wrangler.jsonc", $$"""{ "name": "a", "main": "src/index.ts", "compatibility_date": "{{date}}", "compatibility_flags": {{flags}} }"""));
        Assert.StartsWith(message, Assert.Single(exception.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_environments_secrets_replace_the_general_ones()
    {
        Folder.Write("index.js", "export default {}");
        Folder.Write(".dev.vars", "A=general\nB=general\n");
        Folder.Write(".dev.vars.staging", "A=staging\n");
        var (project, _) = await ReadAsync(
            "wrangler.jsonc",
            """{ "main": "index.js", "compatibility_date": "2026-01-01", "env": { "staging": {} } }""",
            new("staging"));
        Assert.Equal([new SecretTextBinding("A", "staging")], project.Bindings);
    }

    [Theory]
    [InlineData("index.ts")]
    [InlineData("src/index.js")]
    [InlineData("src/worker.mjs")]
    public async Task A_folder_without_a_configuration_has_an_entry_by_convention(string entry)
    {
        Folder.Write(entry, "export default {}");
        var (project, _) = await ReadProjectAsync();
        Assert.Equal(Path.Combine(Folder.Path, entry), project.Entry);
        Assert.Equal(CompatibilityDates.Newest, project.CompatibilityDate);
    }

    [Fact]
    public void A_folder_without_a_worker_says_what_to_add()
    {
        var failure = Assert.Throws<DiagnosticException>(() => ProjectLocation.Find(Folder.Path, null, "/"));
        Assert.Contains("wrangler.jsonc", failure.Diagnostics[0].Remedy, StringComparison.Ordinal);
    }

    private Task<(ProjectConfig Project, ImmutableArray<Diagnostic> Warnings)> ReadAsync(
        string file, string content, ProjectConfigReader.Overrides? overrides = null)
    {
        Folder.Write(file, content);
        return ReadProjectAsync(overrides);
    }
}
