using System.Net;
using Skep.CommandLine;
using Skep.Edge.Listeners;

namespace Skep.Commands;

/// <summary><c>--host</c> and <c>--port</c>.</summary>
internal static class ListenerArguments
{
    /// <summary>True when only this machine can connect.</summary>
    public static bool IsLoopback(ListenerOptions options) =>
        options.Host == "localhost" || (IPAddress.TryParse(options.Host, out var address) && IPAddress.IsLoopback(address));

    public static ListenerOptions Read(ParsedArguments arguments)
    {
        var defaults = new ListenerOptions();
        return defaults with { Host = arguments.Value("host") ?? defaults.Host, Port = arguments.Port("port", defaults.Port) };
    }
}
