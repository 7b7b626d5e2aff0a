namespace Skep.Commands;

/// <summary>What is kept for a user, whatever the project
/// (https://specifications.freedesktop.org/basedir-spec/latest/).</summary>
internal static class UserFolder
{
    /// <summary>The authority that signs certificates for development: trusted once, good for every project.</summary>
    public static string Authority => Path.Combine(Data, "skep", "tls");

    private static string Data => Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } set && Path.IsPathRooted(set)
        ? set
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
}
