using Skep.Abstractions.Kv;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Kv;

/// <summary>What callers are told when a namespace fails; the operator hears the rest.</summary>
internal static class KvFailures
{
    public static KvException Translate(Exception failure)
    {
        if (failure is KvException known) return known;
        var (status, message) = SqliteFailures.Describe("namespace", failure);
        return new KvException(status, message, failure);
    }
}
