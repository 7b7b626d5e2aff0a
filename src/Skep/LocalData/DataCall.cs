using Skep.CommandLine;
using Skep.Configuration;
using Skep.Output;

namespace Skep.LocalData;

/// <summary>One call of a <see cref="DataCommand"/>.</summary>
internal sealed class DataCall(DataCommand command, ParsedArguments arguments, StoredResources stored, Terminal terminal, CancellationToken stop) : IAsyncDisposable
{
    // As long as another command may have the data open.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private OpenState? _state;

    public ParsedArguments Arguments => arguments;

    /// <summary>What the project keeps.</summary>
    public StoredResources Stored => stored;

    public Terminal Terminal => terminal;

    public CancellationToken Stop => stop;

    /// <summary>The data. Arguments are looked at before it is opened.</summary>
    public async Task<OpenState> OpenAsync() => _state ??= await OpenState.OpenAsync(stored.Location.Root, command.Service, _patience, stop);

    /// <summary>The positional argument at that place.</summary>
    /// <exception cref="UsageException">It is missing.</exception>
    public string Required(int place) => arguments.Arguments.Count > place
        ? arguments.Arguments[place]
        : throw new UsageException($"The {command.Command.Arguments[place]} is missing: skep {command.Command.Usage}.");

    /// <summary>Prints a line for people.</summary>
    public ValueTask SayAsync(string line) => terminal.WriteAsync(_ => line);

    /// <summary>A path for people.</summary>
    public static string Shown(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _state?.DisposeAsync() ?? default;
}
