using System.Collections.Concurrent;
using System.Text;
using Skep.Abstractions.D1;

namespace Skep.Testing;

/// <summary>Databases that know no SQL: they tell what they were asked, or what they are told to.</summary>
public sealed class FakeD1Store : ID1Store
{
    private int _running;

    /// <summary>Answers before it returns.</summary>
    public bool AnswersAtOnce { get; init; }

    /// <summary>The JSON to answer with; null to tell the queries as an array of texts.</summary>
    public string? Answer { get; set; }

    /// <summary>What queries fail with.</summary>
    public D1Exception? Failure { get; set; }

    /// <summary>Lets queries wait.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Calls that are under way.</summary>
    public int Running => _running;

    /// <summary>The bookmarks to give, one after the other.</summary>
    public ConcurrentQueue<string> Bookmarks { get; } = new();

    public ValueTask<D1Answer> QueryAsync(string databaseId, ReadOnlyMemory<byte> queries, CancellationToken cancellation = default) =>
        AnswersAtOnce ? new(Make(databaseId, queries.Span)) : QueryLaterAsync(databaseId, queries);

    private async ValueTask<D1Answer> QueryLaterAsync(string id, ReadOnlyMemory<byte> queries)
    {
        Interlocked.Increment(ref _running);
        await Gate;
        await Task.Yield();
        Interlocked.Decrement(ref _running);
        return Make(id, queries.Span);
    }

    private D1Answer Make(string id, ReadOnlySpan<byte> queries)
    {
        if (Failure is { } failure) throw failure;
        var json = Encoding.UTF8.GetBytes(Answer ?? Tell(id, queries));
        var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(json.Length);
        json.CopyTo(rented, 0);
        D1QueryReader reader = new(queries);
        var wanted = reader.Flags.HasFlag(D1Flags.Bookmark);
        return new D1Answer(rented, json.Length, 3, 2, wanted && Bookmarks.TryDequeue(out var bookmark) ? bookmark : wanted ? "b" : null);
    }

    private static string Tell(string id, ReadOnlySpan<byte> queries)
    {
        D1QueryReader reader = new(queries);
        List<string> told = [id, reader.Shape.ToString()];
        for (var i = 0; i < reader.Queries; i++)
        {
            told.Add(Encoding.UTF8.GetString(reader.Sql()[..^1]));
            for (var left = reader.Parameters(); left > 0; left--)
            {
                var value = reader.Value();
                told.Add(value.Kind switch
                {
                    D1ValueKind.Number => value.Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
                    D1ValueKind.Text => $"'{Encoding.UTF8.GetString(value.Bytes)}'",
                    D1ValueKind.Blob => "x" + Convert.ToHexStringLower(value.Bytes),
                    _ => "NULL",
                });
            }
        }

        return $"[{string.Join(',', told.Select(text => System.Text.Json.JsonSerializer.Serialize(text)))}]";
    }
}
