using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.R2;
using Skep.Bundling;
using Skep.CommandLine;
using Skep.Configuration;
using Skep.Output;
using Skep.Supervision.Messages;

namespace Skep.LocalData;

/// <summary>A command about the data of the project in or above the current folder.</summary>
/// <param name="Command">How it is called.</param>
/// <param name="Service">The part of the data that it is about.</param>
/// <param name="Act">Does it.</param>
internal sealed record DataCommand(Command Command, StateService Service, Func<DataCall, Task> Act)
{
    /// <summary>The arguments that each of them has.</summary>
    public static readonly Option[] CommonOptions =
    [
        new("local", null, "The data of `skep dev`: there is no other here"),
        new("config", "FILE", "The configuration, instead of the wrangler file of the folder", 'c'),
        new("env", "NAME", "The environment of the configuration to use", 'e'),
        Remote,
    ];

    /// <summary>Known, so that what it means can be said.</summary>
    private static Option Remote => new("remote", null, "Refused: that is wrangler's, which asks a server");

    /// <summary>Runs it; returns its exit code.</summary>
    public async Task<int> RunAsync(ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        try
        {
            await ActAsync(arguments, terminal, stop);
            return 0;
        }
        catch (Exception failure) when (arguments.Has("json") && failure is (UsageException or InvalidOperationException or IOException or UnauthorizedAccessException))
        {
            // Who asked for JSON takes the output apart.
            await terminal.WriteAsync(_ => Json.Error(failure.Message));
            return 1;
        }
    }

    private async Task ActAsync(ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        if (arguments.Has("remote"))
            throw new UsageException($"--remote: this command works on the data of the project on this machine. `npx wrangler {Command.Name} --remote` asks the server that CLOUDFLARE_API_BASE_URL names.");
        await using BuildService toml = new(Toolchain.Locate());
        var location = ProjectLocation.Find(null, arguments.Value("config"), Environment.CurrentDirectory);
        var stored = await new ProjectConfigReader(toml).ReadStoredAsync(location, arguments.Value("env"), stop);
        await using DataCall call = new(this, arguments, stored, terminal, stop);
        try
        {
            await Act(call);
        }
        catch (Exception refused) when (refused is D1Exception or KvException or R2Exception)
        {
            throw new InvalidOperationException(refused.Message, refused);
        }
    }
}
