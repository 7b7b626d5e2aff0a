using Skep.CommandLine;
using Skep.Settings;

namespace Skep.Commands;

/// <summary><c>--data</c>.</summary>
internal static class DataArguments
{
    /// <summary>The folder that a server keeps everything in.</summary>
    public static string Folder(ParsedArguments arguments) =>
        Path.GetFullPath(arguments.Value("data") ?? (Environment.GetEnvironmentVariable(ServeSettings.Data.Variable) is { Length: > 0 } set ? set : ServeSettings.Data.Default!));
}
