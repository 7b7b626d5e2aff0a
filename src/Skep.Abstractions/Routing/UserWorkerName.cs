namespace Skep.Abstractions.Routing;

/// <summary>What a user Worker, one of a dispatch namespace, is called where all Workers are known by one name. It has a character that
/// names of other Workers cannot have, so that neither is ever taken for the other.</summary>
public static class UserWorkerName
{
    private const char Separator = '/';

    /// <summary>The name.</summary>
    /// <param name="dispatchNamespace">The namespace's id.</param>
    /// <param name="script">The script's name there.</param>
    public static string Of(string dispatchNamespace, string script) => $"{dispatchNamespace}{Separator}{script}";

    /// <summary>True for the name of a user Worker.</summary>
    public static bool Is(string name) => name.Contains(Separator);

    /// <summary>The script's name in its namespace; of another Worker, its name.</summary>
    public static string Script(string name) => name[(name.IndexOf(Separator) + 1)..];

    /// <summary>The id of its namespace; null for another Worker.</summary>
    public static string? Namespace(string name) => name.IndexOf(Separator) is >= 0 and var at ? name[..at] : null;

    /// <summary>What its caches are kept under: no Worker can name a cache such that it is another's.</summary>
    public static string CacheSpace(string name) => Is(name) ? $"{Separator}{name}" : name;
}
