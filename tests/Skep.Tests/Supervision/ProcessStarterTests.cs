using Skep.Supervision.Processes;
using Xunit;

namespace Skep.Tests.Supervision;

/// <summary>What worker processes are started with.</summary>
public sealed class ProcessStarterTests
{
    [Fact]
    public void The_environment_has_no_password_that_is_the_supervisor_s()
    {
        Dictionary<string, string?> environment = new() { ["SKEP_SMTP_HOST"] = "mail", ["SKEP_SMTP_USER"] = "me", ["SKEP_SMTP_PASSWORD"] = "secret", ["SKEP_LOG_LEVEL"] = "warn", ["PATH"] = "/bin", ["NODE_OPTIONS"] = "--inspect" };
        ProcessStarter.Clean(environment);
        Assert.Equal(["PATH", "SKEP_LOG_LEVEL"], environment.Keys.Order(StringComparer.Ordinal));
    }
}
