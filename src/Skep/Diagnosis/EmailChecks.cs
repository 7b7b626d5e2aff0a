using System.Net.Sockets;
using Skep.Abstractions.Email;
using Skep.CommandLine;
using Skep.Edge.Email;
using Skep.Hosting;
using Skep.Settings;

namespace Skep.Diagnosis;

/// <summary>Whether email gets out and in, where it is configured.</summary>
internal static class EmailChecks
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Finding>> AllAsync(SettingValues settings)
    {
        var folder = Path.GetFullPath(settings.Text(ServeSettings.Data));
        try
        {
            List<Finding> findings = [];
            if (PlatformSettings.Smtp(settings) is { } smtp) findings.Add(await SmtpAsync(smtp));
            if (PlatformSettings.Inbound(settings) is { } inbound && (!Directory.Exists(folder) || ServerMark.Find(folder) is null)) findings.Add(Listen(inbound.Listen));
            return findings;
        }
        catch (UsageException wrong)
        {
            return [Finding.Fail("the settings of email do not fit", wrong.Message)];
        }
    }

    private static async Task<Finding> SmtpAsync(SmtpOptions options)
    {
        using SmtpCarrier carrier = new(options with { Patience = _patience });
        try
        {
            await carrier.ProbeAsync();
            return Finding.Ok($"the SMTP server {options} answers{(options.User is null ? "" : $", and knows {options.User}")}");
        }
        catch (EmailException refused)
        {
            return Finding.Fail("email cannot be sent", $"{refused.Message} Check smtp_host, smtp_port, smtp_tls, smtp_user and smtp_password.");
        }
    }

    private static Finding Listen(System.Net.IPEndPoint address)
    {
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(address);
            return Finding.Ok($"other servers can connect at {address}");
        }
        catch (SocketException refused)
        {
            return Finding.Fail("\"email_listen\" cannot be used", $"{refused.Message}. Ports below 1024 need the capability CAP_NET_BIND_SERVICE, or a redirection.");
        }
    }
}
