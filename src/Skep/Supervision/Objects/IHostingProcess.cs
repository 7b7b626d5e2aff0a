using Skep.Supervision.Link;

namespace Skep.Supervision.Objects;

/// <summary>A process that can host objects.</summary>
internal interface IHostingProcess
{
    /// <summary>What other processes know it by: never used again.</summary>
    int Number { get; }

    /// <summary>The way to it.</summary>
    LinkConnection Link { get; }

    /// <summary>Its end: nothing of it runs any more.</summary>
    Task Ended { get; }

    /// <summary>Gives it its end of a connection to another process; false when it takes none.</summary>
    bool TryConnect(int other, LinkSocket end, bool isFirst);

    /// <summary>Ends it at once.</summary>
    void Kill();
}
