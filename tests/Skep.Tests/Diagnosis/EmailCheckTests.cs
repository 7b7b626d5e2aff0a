using System.Collections.Immutable;
using Skep.Diagnosis;
using Skep.Settings;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Diagnosis;

public sealed class EmailCheckTests
{
    [Fact]
    public async Task What_is_not_configured_is_not_checked() => Assert.Empty(await CheckAsync());

    [Fact]
    public async Task The_server_and_the_password_are_tried_out()
    {
        await using var server = new FakeSmtpServer { Offers = ["AUTH PLAIN"] }.Start();
        Assert.Equal(
            (Grade.Ok, $"the SMTP server 127.0.0.1:{server.Port} answers, and knows me"),
            await OneAsync(("smtp_host", "127.0.0.1"), ("smtp_port", $"{server.Port}"), ("smtp_tls", "none"), ("smtp_user", "me"), ("smtp_password", "geheim")));
        Assert.Equal((Grade.Fail, "email cannot be sent"), await OneAsync(("smtp_host", "127.0.0.1"), ("smtp_port", $"{server.Port}")));
    }

    [Fact]
    public async Task Settings_that_do_not_fit_are_told()
    {
        Assert.Equal((Grade.Fail, "the settings of email do not fit"), await OneAsync(("smtp_user", "me")));
        Assert.Equal((Grade.Fail, "the settings of email do not fit"), await OneAsync(("email_listen", "25")));
        Assert.Equal((Grade.Ok, "other servers can connect at 127.0.0.1:0"), await OneAsync(("email_listen", "127.0.0.1:0")));
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("[::]")]
    public async Task An_address_without_its_port_is_not_taken_for_one_with_any(string listen) =>
        Assert.Equal((Grade.Fail, "the settings of email do not fit"), await OneAsync(("email_listen", listen)));

    private static async Task<(Grade Grade, string What)> OneAsync(params (string Key, string Value)[] settings)
    {
        var finding = Assert.Single(await CheckAsync(settings));
        return (finding.Grade, finding.What);
    }

    private static Task<IReadOnlyList<Finding>> CheckAsync(params (string Key, string Value)[] settings) =>
        EmailChecks.AllAsync(new SettingValues(settings.ToImmutableSortedDictionary(each => each.Key, each => ImmutableArray.Create(each.Value)).Add("data", ["/nowhere/skep-data"])));
}
