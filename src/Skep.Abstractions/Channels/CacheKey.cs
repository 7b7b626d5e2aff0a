namespace Skep.Abstractions.Channels;

/// <summary>What a response is kept under.</summary>
/// <param name="Namespace">Separates the caches of different workers, and of one worker's names.</param>
/// <param name="Url">The absolute URL, without fragment.</param>
public readonly record struct CacheKey(string Namespace, string Url);
