using Skep.Abstractions.Catalog;
using Skep.Abstractions.Email;
using Skep.Abstractions.Scheduling;
using Skep.Edge.Email.Inbound;
using Skep.Output;
using Skep.Settings;

namespace Skep.Hosting;

/// <summary>The listener that takes email from other servers, where one is configured.</summary>
internal static class InboundEmail
{
    /// <summary>Starts it; null when none is configured.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="rules">Which addresses there are.</param>
    /// <param name="target">Runs handlers.</param>
    /// <param name="carrier">Forwards.</param>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="onFailure">Hears of errors.</param>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static async Task<SmtpListener?> StartAsync(SettingValues settings, IEmailRules rules, IEmailTarget target, IEmailCarrier carrier, Terminal terminal, Action<Exception> onFailure)
    {
        if (PlatformSettings.Inbound(settings) is not { } options) return null;
        SmtpListener listener = new(options, new EmailRouter(rules, target, carrier, onFailure), onFailure);
        listener.Start();
        await terminal.WriteAsync(style => style.Dim($"Email is taken at {listener.Address}."));
        return listener;
    }
}
