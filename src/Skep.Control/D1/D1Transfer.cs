using Skep.Abstractions.D1;

namespace Skep.Control.D1;

/// <summary>A file on its way into a database or out of it.</summary>
/// <param name="name">What it is called in the API.</param>
/// <param name="database">The database's id.</param>
/// <param name="secret">Who has it may upload or fetch the file.</param>
/// <param name="etag">The MD5 that is expected.</param>
/// <param name="path">The file.</param>
/// <param name="began">When it began.</param>
internal sealed class D1Transfer(string name, string database, string secret, string etag, string path, DateTimeOffset began)
{
    private readonly Lock _gate = new();
    private Task<D1Imported?>? _work;

    public string Name => name;

    public string Database => database;

    public string Secret => secret;

    public string Etag => etag;

    public string Path => path;

    public DateTimeOffset Began => began;

    /// <summary>The MD5 of what has arrived; null before.</summary>
    public string? Received { get; set; }

    /// <summary>What is being done with the file; null when nothing yet.</summary>
    public Task<D1Imported?>? Work => _work;

    public bool IsRunning => _work is { IsCompleted: false };

    /// <summary>Begins, if that has not happened before.</summary>
    public void Start(Func<Task<D1Imported?>> work)
    {
        lock (_gate) _work ??= Task.Run(work);
    }
}
