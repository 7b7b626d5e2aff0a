using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.D1;
using Skep.Storage.D1;
using Skep.Testing;

namespace Skep.Storage.Tests.D1;

/// <summary>A store in a folder of its own, whose time passes when the test says so.</summary>
public abstract class D1Test : IAsyncLifetime
{
    protected const string Id = "b5cf5e48-5a0f-4d6e-9c1b-2a3f4d5e6f70";

    private readonly TemporaryFolder _folder = new();

    internal ManualTime Time { get; } = new();

    protected SqliteD1Store Store { get; private set; } = null!;

    protected List<Exception> Failures { get; } = [];

    protected string Folder => Path.Combine(_folder.Path, "d1");

    protected string File => Path.Combine(Folder, Id, "data.db");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Store = Open();
        await Store.CreateDatabaseAsync(Id);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected SqliteD1Store Open(Func<D1StoreOptions, D1StoreOptions>? with = null)
    {
        var options = new D1StoreOptions(Folder) { OnFailure = Failures.Add };
        return new SqliteD1Store(with?.Invoke(options) ?? options, Time);
    }

    /// <summary>Closes the store and opens it anew.</summary>
    protected async Task ReopenAsync(Func<D1StoreOptions, D1StoreOptions>? with = null)
    {
        await Store.DisposeAsync();
        Store = Open(with);
    }

    protected Task<JsonNode?> RunAsync(string sql, params object?[] parameters) => RunAsync(D1Shape.Objects, (sql, parameters));

    protected async Task<JsonNode?> RunAsync(D1Shape shape, params (string Sql, object?[] Parameters)[] queries)
    {
        using var writer = Write(shape, D1Flags.None, queries);
        using var answer = await Store.QueryAsync(Id, writer.Written, Cancellation);
        return JsonNode.Parse(Encoding.UTF8.GetString(answer.Json.Span));
    }

    /// <summary>The rows of a query as text: columns by comma, rows by semicolon.</summary>
    protected async Task<string> RowsAsync(string sql, params object?[] parameters) =>
        string.Join(';', (await RunAsync(D1Shape.Raw, (sql, parameters)))!.AsArray().Select(row => string.Join(',', row!.AsArray().Select(value => value?.ToJsonString() ?? "null"))));

    protected async Task<D1Exception> FailsAsync(string sql, params object?[] parameters) => await Assert.ThrowsAsync<D1Exception>(() => RunAsync(sql, parameters));

    protected static D1QueryWriter Write(D1Shape shape, D1Flags flags, params (string Sql, object?[] Parameters)[] queries)
    {
        D1QueryWriter writer = new(shape, flags);
        foreach (var (sql, parameters) in queries)
        {
            writer.Query(sql, parameters.Length);
            foreach (var parameter in parameters)
            {
                switch (parameter)
                {
                    case null: writer.Null(); break;
                    case string text: writer.Text(text); break;
                    case byte[] bytes: writer.Blob(bytes); break;
                    default: writer.Number(Convert.ToDouble(parameter)); break;
                }
            }
        }

        return writer;
    }
}
