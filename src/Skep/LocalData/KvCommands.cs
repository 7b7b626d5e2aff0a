using System.Globalization;
using System.Text;
using System.Text.Json;
using Skep.Abstractions.Kv;
using Skep.CommandLine;
using Skep.Configuration;
using Skep.Supervision.Messages;

namespace Skep.LocalData;

/// <summary><c>skep kv key</c>.</summary>
internal static class KvCommands
{
    private static readonly Option[] _namespace =
    [
        new("binding", "NAME", "The variable of the namespace"),
        new("namespace-id", "ID", "The namespace's id, instead"),
        new("preview", null, "With --binding: its preview_id, which `skep dev` uses when there is one"),
        .. DataCommand.CommonOptions,
    ];

    public static readonly IReadOnlyList<DataCommand> All =
    [
        new(
            new(
                "kv key put",
                "key",
                "Write a pair",
                [
                    new("path", "FILE", "Read the value from a file"),
                    new("ttl", "SECONDS", "How long the pair is kept"),
                    new("expiration", "SECONDS", "When it expires, in seconds since 1970"),
                    new("metadata", "JSON", "An object that is kept beside the value"),
                    .. _namespace,
                ])
            {
                FurtherArguments = ["value"],
            },
            StateService.Kv,
            PutAsync),
        new(new("kv key get", "key", "Print a value", [new("text", null, "As a line of text"), .. _namespace]), StateService.Kv, GetAsync),
        new(new("kv key list", null, "Print the keys as JSON", [new("prefix", "PREFIX", "What they begin with"), .. _namespace]), StateService.Kv, ListAsync),
        new(new("kv key delete", "key", "Delete a pair", [.. _namespace]), StateService.Kv, DeleteAsync),
    ];

    private static async Task PutAsync(DataCall call)
    {
        var key = call.Required(0);
        var (id, shown) = Namespace(call);
        var given = call.Arguments.Arguments.Count > 1;
        var path = call.Arguments.Value("path");
        if (given == path is not null) throw new UsageException(given ? "The value is given twice: on the command line, and with --path." : "The value is missing: give it after the key, or name its file with --path.");
        KvRules.CheckKey(key);
        var metadata = call.Arguments.Value("metadata");
        if (metadata is not null) CheckMetadata(metadata);
        var expiration = KvRules.Expiration(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), Seconds(call, "expiration"), Seconds(call, "ttl"));
        KvRules.CheckValue(path is null ? Encoding.UTF8.GetByteCount(call.Arguments.Arguments[1]) : LengthOf(path));
        var value = path is null ? Encoding.UTF8.GetBytes(call.Arguments.Arguments[1]) : await File.ReadAllBytesAsync(path, call.Stop);

        var with = metadata is null ? "" : $" with metadata \"{metadata}\"";
        await call.SayAsync(path is null
            ? $"Writing the value \"{call.Arguments.Arguments[1]}\" to key \"{key}\" on namespace {shown}{with}."
            : $"Writing the contents of {path} to the key \"{key}\" on namespace {shown}{with}.");
        await (await call.OpenAsync()).Kv.WriteAsync(id, [new KvWrite(key, value, expiration, metadata)]);
    }

    private static async Task GetAsync(DataCall call)
    {
        var key = call.Required(0);
        var (id, _) = Namespace(call);
        KvRules.CheckKey(key);
        using var found = await (await call.OpenAsync()).Kv.GetAsync(id, key, call.Stop);
        if (found is null)
        {
            await call.SayAsync("Value not found");
        }
        else if (call.Arguments.Has("text"))
        {
            var text = Encoding.UTF8.GetString(found.Value.Span);
            await call.SayAsync(text);
        }
        else
        {
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(found.Value, call.Stop);
        }
    }

    private static async Task ListAsync(DataCall call)
    {
        var (id, _) = Namespace(call);
        var prefix = call.Arguments.Value("prefix") ?? "";
        var kv = (await call.OpenAsync()).Kv;
        using MemoryStream json = new();
        await using (var writer = Json.Writer(json))
        {
            writer.WriteStartArray();
            string? cursor = null;
            do
            {
                var page = await kv.ListAsync(id, new KvListQuery(prefix, cursor), call.Stop);
                foreach (var key in page.Keys) Write(writer, key);
                cursor = page.Cursor;
            }
            while (cursor is not null);
            writer.WriteEndArray();
        }

        await call.SayAsync(Json.Text(json));
    }

    private static async Task DeleteAsync(DataCall call)
    {
        var key = call.Required(0);
        var (id, shown) = Namespace(call);
        KvRules.CheckKey(key);
        await call.SayAsync($"Deleting the key \"{key}\" on namespace {shown}.");
        await (await call.OpenAsync()).Kv.WriteAsync(id, [new KvWrite(key, null)]);
    }

    private static void Write(Utf8JsonWriter writer, KvKey key)
    {
        writer.WriteStartObject();
        writer.WriteString("name", key.Name);
        if (key.Expiration is { } expiration) writer.WriteNumber("expiration", expiration);
        if (key.Metadata is { } metadata)
        {
            writer.WritePropertyName("metadata");
            // Taken apart, so that it is indented as the rest.
            using var value = JsonDocument.Parse(metadata);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static (string Id, string Shown) Namespace(DataCall call)
    {
        var known = call.Stored.Namespaces;
        var (binding, id) = (call.Arguments.Value("binding"), call.Arguments.Value("namespace-id"));
        if (binding is null == id is null) throw new UsageException("Name the namespace, with one of --binding and --namespace-id." + Choice(known));
        if (id is not null)
        {
            // A wrong id would be a new, empty namespace that no Worker ever sees.
            return known.Any(each => each.Local == id || each.Id == id) ? (id, $"id: \"{id}\"") : throw new UsageException($"{call.Stored.FileName} has no KV namespace with the id \"{id}\"." + Choice(known));
        }

        var named = known.FirstOrDefault(each => each.Binding == binding) ?? throw new UsageException($"{call.Stored.FileName} has no KV namespace with the binding \"{binding}\"." + Choice(known));
        if (call.Arguments.Has("preview") && named.PreviewId is null)
            throw new UsageException($"No preview namespace ID is configured for binding \"{binding}\". Add a \"preview_id\" to the \"{binding}\" entry of \"kv_namespaces\" in {call.Stored.FileName}, or leave --preview out.");
        return (named.Local, $"binding: \"{binding}\" (id: \"{named.Local}\")");
    }

    private static string Choice(IReadOnlyCollection<StoredNamespace> known) => known.Count == 0
        ? " Add one to \"kv_namespaces\": { \"binding\": \"KV\" }."
        : $" There is {string.Join(", ", known.Select(each => each.Local == each.Binding ? each.Binding : $"{each.Binding} ({each.Local})"))}.";

    private static void CheckMetadata(string json)
    {
        try
        {
            using var metadata = JsonDocument.Parse(json);
            if (metadata.RootElement.ValueKind != JsonValueKind.Object) throw new UsageException($"--metadata must be a JSON object. Received: {json}");
        }
        catch (JsonException)
        {
            throw new UsageException($"--metadata must be valid JSON. Received: {json}");
        }

        KvRules.CheckMetadata(json);
    }

    private static long? Seconds(DataCall call, string option)
    {
        if (call.Arguments.Value(option) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : throw new UsageException($"--{option} must be a whole number of seconds, but is \"{text}\".");
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : throw new UsageException($"--path: there is no file {path}.");
}
