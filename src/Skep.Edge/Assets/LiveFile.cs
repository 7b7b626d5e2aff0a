namespace Skep.Edge.Assets;

/// <summary>What a small file says, read again whenever it has changed.</summary>
/// <param name="path">The file; one that is not there is empty.</param>
/// <param name="parse">Makes the value of its text.</param>
internal sealed class LiveFile<T>(string path, Func<string, T> parse)
{
    private readonly Lock _reading = new();
    private State? _state;

    /// <summary>The value as the file is now.</summary>
    public T Value
    {
        get
        {
            var file = new FileInfo(path);
            (DateTime, long) stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
            if (Volatile.Read(ref _state) is { } current && current.Stamp == stamp) return current.Value;
            lock (_reading)
            {
                T value = parse(file.Exists ? Read() : "");
                _state = new State(stamp, value);
                return value;
            }
        }
    }

    private string Read()
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }

    private sealed record State((DateTime, long) Stamp, T Value);
}
