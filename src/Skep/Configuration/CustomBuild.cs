using System.Collections.Immutable;

namespace Skep.Configuration;

/// <summary>A command of the project's own that runs before bundling, and again when something in the watched folders changes.</summary>
internal sealed record CustomBuild(string Command, string Folder, ImmutableArray<string> WatchFolders);
