using Skep.CommandLine;

namespace Skep.Commands;

/// <summary><c>--data</c>.</summary>
internal static class DataArguments
{
    private const string Default = "skep-data";

    /// <summary>The folder that a server keeps everything in.</summary>
    public static string Folder(ParsedArguments arguments) =>
        Path.GetFullPath(arguments.Value("data") ?? (Environment.GetEnvironmentVariable("SKEP_DATA") is { Length: > 0 } set ? set : Default));
}
