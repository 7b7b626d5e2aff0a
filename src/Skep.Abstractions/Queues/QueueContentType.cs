namespace Skep.Abstractions.Queues;

/// <summary>How a message's body is written (https://developers.cloudflare.com/queues/configuration/javascript-apis/#queuescontenttype). The
/// numbers are stored, and are those of the ops.</summary>
public enum QueueContentType
{
    /// <summary>JSON in UTF-8.</summary>
    Json,

    /// <summary>Text in UTF-8.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>What V8's structured cloning writes; only Workers can read it.</summary>
    V8,
}

/// <summary>Content types as the API names them.</summary>
public static class QueueContentTypes
{
    private static readonly string[] Names = ["json", "text", "bytes", "v8"];

    /// <summary>The name.</summary>
    public static string NameOf(QueueContentType type) => Names[(int)type];

    /// <summary>The type of that name; null when there is none.</summary>
    public static QueueContentType? Find(string name) => Array.IndexOf(Names, name) is >= 0 and var index ? (QueueContentType)index : null;
}
