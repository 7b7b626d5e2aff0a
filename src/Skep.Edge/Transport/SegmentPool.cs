namespace Skep.Edge.Transport;

/// <summary>Free segments: a few of each thread's own, the last used first (they are in its cache), and a shared rest.</summary>
internal static class SegmentPool
{
    private const int OwnCapacity = 32;
    private const int SharedCapacity = 1024;

    private static readonly Lock _sharing = new();
    private static readonly Stack<Segment> _shared = new(SharedCapacity);

    [ThreadStatic]
    private static Stack<Segment>? _own;

    public static bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Segment? segment)
    {
        if (_own is { } own && own.TryPop(out segment))
            return true;
        lock (_sharing)
            return _shared.TryPop(out segment);
    }

    public static void Put(Segment segment)
    {
        Stack<Segment> own = _own ??= new Stack<Segment>(OwnCapacity);
        if (own.Count < OwnCapacity)
        {
            own.Push(segment);
            return;
        }

        lock (_sharing)
        {
            if (_shared.Count < SharedCapacity)
                _shared.Push(segment);
        }
    }
}
