using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Skep.Abstractions.Vectors;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Vectors;

/// <summary>An index's file, open for one call.</summary>
internal sealed class VectorFile(SqliteDatabase database, VectorIndex index) : IDisposable
{
    private const int MostIds = 20;
    private const int MostDeleted = 1_000;
    private const int MostListed = 1_000;
    private const int UsuallyListed = 100;
    private const int RowsBetweenLooks = 256;

    /// <summary>Adds vectors; those whose ids are there stay as they are, or are replaced.</summary>
    public byte[] Add(ReadOnlySpan<byte> lines, bool replace, DateTimeOffset now)
    {
        var rows = VectorInput.Vectors(lines, index.Dimensions);
        return Mutate(now, () =>
        {
            foreach (var row in rows)
            {
                var insert = database.Prepare(replace
                    ? "INSERT INTO vector (id, namespace, norm, metadata, numbers) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET namespace = excluded.namespace, norm = excluded.norm, metadata = excluded.metadata, numbers = excluded.numbers"
                    : "INSERT INTO vector (id, namespace, norm, metadata, numbers) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING")
                    .Bind(1, row.Id).Bind(2, row.Namespace).Bind(3, (double)VectorMath.Norm(row.Values)).Bind(5, row.Bytes);
                if (row.Metadata is { } metadata) insert.Bind(4, metadata);
                insert.Run();
            }
        });
    }

    public byte[] Delete(JsonElement request, DateTimeOffset now)
    {
        var ids = VectorInput.Ids(request, MostDeleted);
        return Mutate(now, () =>
        {
            foreach (var id in ids) database.Prepare("DELETE FROM vector WHERE id = ?").Bind(1, id).Run();
        });
    }

    public byte[] Describe()
    {
        var count = Count();
        var last = database.Prepare("SELECT id, moment FROM mutation");
        var (mutation, moment) = last.Step() ? (last.Text(0), last.Int64(1)) : ("", 0);
        last.Reset();
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("dimensions", index.Dimensions);
            json.WriteNumber("vectorCount", count);
            json.WriteString("processedUpToDatetime", DateTimeOffset.FromUnixTimeMilliseconds(moment).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("processedUpToMutation", mutation);
            json.WriteEndObject();
        });
    }

    public byte[] Get(JsonElement request)
    {
        var ids = VectorInput.Ids(request, MostIds);
        return Write(json =>
        {
            json.WriteStartArray();
            foreach (var id in ids)
            {
                var row = database.Prepare("SELECT id, namespace, metadata, numbers FROM vector WHERE id = ?").Bind(1, id);
                if (row.Step())
                {
                    json.WriteStartObject();
                    json.WriteString("id", row.Text(0));
                    Details(json, row.Text(1), row.IsNull(2) ? null : row.Text(2), row.Blob(3));
                    json.WriteEndObject();
                }

                row.Reset();
            }

            json.WriteEndArray();
        });
    }

    public byte[] List(JsonElement request)
    {
        var most = request.TryGetProperty("count", out var count) ? count.GetInt32() : UsuallyListed;
        if (most is < 1 or > MostListed) throw VectorException.Invalid($"\"count\" must be from 1 to {MostListed}, not {most}.");
        var after = request.TryGetProperty("cursor", out var cursor) ? cursor.GetString()! : "";
        var rows = database.Prepare("SELECT id FROM vector WHERE id > ? ORDER BY id LIMIT ?").Bind(1, after).Bind(2, most + 1L);
        List<string> ids = [];
        while (rows.Step()) ids.Add(rows.Text(0));
        rows.Reset();
        var more = ids.Count > most;
        if (more) ids.RemoveAt(most);
        var total = Count();
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("count", ids.Count);
            json.WriteBoolean("isTruncated", more);
            json.WriteNumber("totalCount", total);
            if (more) json.WriteString("nextCursor", ids[^1]);
            json.WriteStartArray("vectors");
            foreach (var id in ids)
            {
                json.WriteStartObject();
                json.WriteString("id", id);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public byte[] Query(VectorQuery query, CancellationToken cancellation)
    {
        var wanted = query.Values ?? ValuesOf(query.Id!);
        var nearest = Nearest(wanted, query, cancellation);
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("count", nearest.Count);
            json.WriteStartArray("matches");
            foreach (var (id, score) in nearest)
            {
                json.WriteStartObject();
                json.WriteString("id", id);
                json.WriteNumber("score", score);
                var row = database.Prepare("SELECT namespace, metadata, numbers FROM vector WHERE id = ?").Bind(1, id);
                if (row.Step())
                    Details(json, row.Text(0), row.IsNull(1) || query.ReturnsMetadata == "none" ? null : Shown(row.Text(1), query.ReturnsMetadata), query.ReturnsValues ? row.Blob(2) : []);
                row.Reset();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public void Dispose() => database.Dispose();

    private List<(string Id, double Score)> Nearest(float[] wanted, VectorQuery query, CancellationToken cancellation)
    {
        var norm = VectorMath.Norm(wanted);
        var sign = VectorMath.IsMoreBetter(index.Metric) ? 1 : -1;
        // The worst of the best is first, ready to give way.
        PriorityQueue<(string Id, double Score), double> best = new(query.Count + 1);
        var rows = database.Prepare(query.Namespace is null
            ? "SELECT id, norm, numbers, metadata FROM vector"
            : "SELECT id, norm, numbers, metadata FROM vector WHERE namespace = ?");
        if (query.Namespace is { } space) rows.Bind(1, space);
        for (var seen = 0; rows.Step(); seen++)
        {
            if (seen % RowsBetweenLooks == 0) cancellation.ThrowIfCancellationRequested();
            var score = VectorMath.Score(index.Metric, wanted, norm, rows.Blob(2), rows.Double(1));
            if (best.Count == query.Count && best.TryPeek(out _, out var worst) && sign * score <= worst) continue;
            if (query.Filter is { } filter && !filter.Passes(rows.IsNull(3) ? [] : rows.Blob(3))) continue;
            best.Enqueue((rows.Text(0), score), sign * score);
            if (best.Count > query.Count) best.Dequeue();
        }

        rows.Reset();
        List<(string Id, double Score)> found = [];
        while (best.TryDequeue(out var each, out _)) found.Add(each);
        found.Reverse();
        return found;
    }

    private float[] ValuesOf(string id)
    {
        var row = database.Prepare("SELECT numbers FROM vector WHERE id = ?").Bind(1, id);
        var values = row.Step() ? MemoryMarshal.Cast<byte, float>(row.Blob(0)).ToArray() : null;
        row.Reset();
        return values ?? throw new VectorException(404, 40007, $"There is no vector with id=\"{id}\".");
    }

    private long Count()
    {
        var count = database.Prepare("SELECT count(*) FROM vector");
        count.Step();
        var value = count.Int64(0);
        count.Reset();
        return value;
    }

    private byte[] Mutate(DateTimeOffset now, Action change)
    {
        var id = Guid.NewGuid().ToString();
        database.Transaction(() =>
        {
            change();
            database.Execute("DELETE FROM mutation");
            database.Prepare("INSERT INTO mutation (id, moment) VALUES (?, ?)").Bind(1, id).Bind(2, now.ToUnixTimeMilliseconds()).Run();
            return 0;
        });
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("mutationId", id);
            json.WriteEndObject();
        });
    }

    private string? Shown(string metadata, string level)
    {
        if (level == "all") return metadata;
        using var document = JsonDocument.Parse(metadata);
        return System.Text.Encoding.UTF8.GetString(Write(json =>
        {
            json.WriteStartObject();
            foreach (var property in document.RootElement.EnumerateObject().Where(property => index.MetadataIndexes.ContainsKey(property.Name))) property.WriteTo(json);
            json.WriteEndObject();
        }));
    }

    private static void Details(Utf8JsonWriter json, string space, string? metadata, ReadOnlySpan<byte> numbers)
    {
        if (space.Length > 0) json.WriteString("namespace", space);
        if (metadata is not null)
        {
            json.WritePropertyName("metadata");
            json.WriteRawValue(metadata);
        }

        if (numbers.IsEmpty) return;
        json.WriteStartArray("values");
        foreach (var number in MemoryMarshal.Cast<byte, float>(numbers)) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using (Utf8JsonWriter json = new(buffer)) write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
