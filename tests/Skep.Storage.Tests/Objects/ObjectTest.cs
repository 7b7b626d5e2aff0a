using System.Text;
using Skep.Abstractions.Objects;
using Skep.Storage.Objects;
using Skep.Testing;

namespace Skep.Storage.Tests.Objects;

/// <summary>A folder of objects.</summary>
public abstract class ObjectTest : IAsyncLifetime
{
    protected const string NamespaceId = "0123456789abcdef0123456789abcdef";

    protected static readonly ObjectClass WithSql = new("Counter", NamespaceId, Sqlite: true);

    protected static readonly ObjectClass WithoutSql = new("Old", NamespaceId, Sqlite: false);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("skep-objects-").FullName;

    protected List<Exception> Failures { get; } = [];

    internal ManualTime Time { get; } = new();

    protected SqliteObjectStore Store { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        Store = NewStore();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static ObjectAddress Address(int number) => new(NamespaceId, number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture));

    protected string PathOf(ObjectAddress address) => Path.Combine(Folder, NamespaceId, address.Id[..2], address.Id + ".sqlite");

    protected SqliteObjectStore NewStore(Func<ObjectStoreOptions, ObjectStoreOptions>? change = null)
    {
        ObjectStoreOptions options = new(Folder) { OnFailure = Failures.Add, Patience = TimeSpan.FromSeconds(30) };
        return new SqliteObjectStore(change is null ? options : change(options), Time);
    }

    protected async Task ReopenAsync(Func<ObjectStoreOptions, ObjectStoreOptions>? change = null)
    {
        await Store.DisposeAsync();
        Store = NewStore(change);
    }

    protected async Task<IObjectStorage> OpenAsync(int number = 1, ObjectClass? kind = null) => await Store.OpenAsync(Address(number), kind ?? WithSql, Cancellation);

    protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    protected static void Put(IObjectStorage storage, string key, string value) => storage.Put(Utf8(key), Utf8(value));

    protected static string? Get(IObjectStorage storage, string key) => storage.TryGet(Utf8(key), out var value) ? Encoding.UTF8.GetString(value) : null;

    protected static Task CommitAsync(IObjectStorage storage) => storage.Commit().Durable ?? Task.CompletedTask;

    /// <summary>Runs SQL to its end; the rows, with <c>|</c> between values.</summary>
    protected static List<string> Sql(IObjectStorage storage, string sql, params object?[] parameters)
    {
        using var cursor = storage.Sql.Prepare(sql);
        for (var i = 0; i < parameters.Length; i++)
        {
            switch (parameters[i])
            {
                case null: cursor.BindNull(i + 1); break;
                case string text: cursor.BindText(i + 1, Utf8(text)); break;
                case byte[] bytes: cursor.BindBlob(i + 1, bytes); break;
                case var number: cursor.Bind(i + 1, Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture)); break;
            }
        }

        List<string> rows = [];
        while (cursor.Step()) rows.Add(string.Join('|', Enumerable.Range(0, cursor.ColumnCount).Select(column => Show(cursor, column))));
        return rows;
    }

    private static string Show(IObjectCursor cursor, int column) => cursor.Type(column) switch
    {
        SqlType.Null => "NULL",
        SqlType.Text => Encoding.UTF8.GetString(cursor.Bytes(column)),
        SqlType.Blob => Convert.ToHexString(cursor.Bytes(column)),
        _ => cursor.Number(column).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
