using System.Text;
using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Objects;

/// <content>The object's facets: each has a database of its own, which <see cref="FacetGenerations"/> names.</content>
internal sealed partial class ObjectStorage : IObjectFacets
{
    private const int MostAttempts = 100;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);

    private Task _facetsDurable = Task.CompletedTask;
    private bool _facetsFound;

    /// <inheritdoc/>
    public IObjectFacets Facets => this;

    // One that was asked for may be storing something at this very moment, on another thread.
    private bool MayHaveFacets => _facetsFound || _file.Facets.Any;

    /// <inheritdoc/>
    IFacetStorage IObjectFacets.Find(string name)
    {
        _facetsFound = true;
        var key = FacetFiles.Key(name);
        var (all, own) = Read() is { } session ? Try(session, session => (session.Facets.Of([]), session.Facets.Of(Utf8(key)))) : (0, 0);
        return new Facet(this, _file.Facet(all, key, own), _facetsDurable);
    }

    /// <inheritdoc/>
    void IObjectFacets.Delete(string name)
    {
        if (_depth > 0) throw new ObjectStorageException(ObjectStorageError.Refused, "Cannot call facets.delete() within a transaction");
        if (!MayHaveFacets) return;
        var key = FacetFiles.Key(name);
        var session = Write();
        try
        {
            var all = session.Facets.Of([]);
            session.Facets.Set(Utf8(key), _file.Facets.Next(all, key, session.Facets.Of(Utf8(key))));
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }

        _facetsDurable = WhenDurableAsync();
    }

    /// <inheritdoc/>
    async Task IObjectFacets.SweepAsync(Task closed)
    {
        try
        {
            await _facetsDurable.ConfigureAwait(false);
        }
        catch (ObjectStorageException)
        {
            // Nothing was deleted; the next start knows.
            return;
        }

        await closed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What is missed here, because the object never rests or has ended, the next start finds.
        for (var attempt = 0; attempt < MostAttempts && !_disposed; attempt++)
        {
            List<string> deleted = [];
            if (BetweenTurns(session => deleted = FindDeletedFacets(_file, session, _files.Options.OnFailure), afterOther: true))
            {
                await _files.Threads.RunAsync(() => Remove(deleted, _files.Options.OnFailure)).ConfigureAwait(false);
                return;
            }

            await Task.Delay(BetweenAttempts, _files.Time).ConfigureAwait(false);
        }
    }

    /// <summary>The databases of facets that have been deleted.</summary>
    internal static List<string> FindDeletedFacets(ObjectFile file, ObjectSession session, Action<Exception>? onFailure)
    {
        try
        {
            return file.Facets.FindDeleted(session.Facets.Of([]), key => session.Facets.Of(Utf8(key)));
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            // They take room, and nothing else.
            onFailure?.Invoke(failure);
            return [];
        }
    }

    /// <summary>Removes files and folders.</summary>
    internal static void Remove(List<string> paths, Action<Exception>? onFailure)
    {
        try
        {
            foreach (var path in paths) FacetFiles.Remove(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            onFailure?.Invoke(failure);
        }
    }

    private static byte[] Utf8(string key) => Encoding.UTF8.GetBytes(key);

    private sealed class Facet(ObjectStorage parent, ObjectFile file, Task named) : IFacetStorage
    {
        /// <inheritdoc/>
        public async ValueTask<IObjectStorage> OpenAsync(CancellationToken cancellation = default)
        {
            // What it writes must not be durable before it is known as the facet's.
            await named.ConfigureAwait(false);
            return await parent._openFacet(file.Again(), parent._address, parent.Sqlite, parent._epoch, cancellation).ConfigureAwait(false);
        }
    }
}
