using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Skep.Abstractions.Geography;

namespace Skep.Edge.Geography;

/// <summary>Knows where clients are from MaxMind DB files: of countries, cities or networks, of which the first that knows a fact tells it.
/// A file is mapped while it is in use: replace it by renaming another one over it, and restart.</summary>
public sealed partial class MmdbLocator : IClientLocator, IDisposable
{
    // Locations seen last, by place in the file: neighbours share theirs. Bounded, and read without a lock.
    private const int Remembered = 4096;

    private readonly ImmutableArray<MmdbFile> _files;
    private readonly Entry?[] _recent = new Entry?[Remembered];
    private readonly ILogger _log;
    private int _reported;

    private MmdbLocator(ImmutableArray<MmdbFile> files, ILogger log) => (_files, _log) = (files, log);

    /// <summary>Opens the files.</summary>
    /// <exception cref="IOException">One cannot be read.</exception>
    /// <exception cref="InvalidDataException">One is no MaxMind DB.</exception>
    public static MmdbLocator Open(IEnumerable<string> paths, ILogger log)
    {
        var files = ImmutableArray.CreateBuilder<MmdbFile>();
        try
        {
            foreach (string path in paths)
            {
                if (!File.Exists(path))
                    throw new IOException($"There is no file {path}: name a MaxMind DB (.mmdb).");
                files.Add(MmdbFile.Open(path));
            }
        }
        catch
        {
            foreach (MmdbFile file in files)
                file.Dispose();
            throw;
        }

        return new MmdbLocator(files.ToImmutable(), log);
    }

    /// <inheritdoc/>
    public ClientLocation? Locate(IPAddress? client)
    {
        if (client is null)
            return null;
        Span<int> places = stackalloc int[_files.Length];
        uint hash = 0;
        try
        {
            for (int i = 0; i < places.Length; i++)
                hash = (hash * 31) + (uint)(places[i] = _files[i].Find(client));
            if (!places.ContainsAnyExcept(0))
                return null;
            ref Entry? slot = ref _recent[(hash ^ (hash >> 12)) % Remembered];
            if (Volatile.Read(ref slot) is { } known && places.SequenceEqual(known.Places))
                return known.Location;
            var entry = new Entry(places.ToArray(), Read(places));
            Volatile.Write(ref slot, entry);
            return entry.Location;
        }
        catch (InvalidDataException broken)
        {
            // A request is answered whatever the file says; the operator hears of it once.
            if (Interlocked.Exchange(ref _reported, 1) == 0)
                Broken(_log, broken.Message);
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MmdbFile file in _files)
            file.Dispose();
    }

    private ClientLocation? Read(ReadOnlySpan<int> places)
    {
        ClientLocation? location = null;
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] == 0 || LocationReader.Read(_files[i].Read(places[i])) is not { } next)
                continue;
            location = location is null ? next : LocationReader.Merge(location, next);
        }

        return location;
    }

    private sealed record Entry(int[] Places, ClientLocation? Location);

    [LoggerMessage(Level = LogLevel.Error, Message = "A database of locations is broken: {Problem}. Clients whose records are affected have no location.")]
    private static partial void Broken(ILogger log, string problem);
}
