using Skep.Abstractions.Email;
using Skep.Hosting;
using Skep.Output;
using Xunit;

namespace Skep.Tests.Hosting;

/// <summary>What the operator reads.</summary>
public sealed class ControlLinesTests
{
    [Fact]
    public async Task A_refused_email_is_one_line_and_a_mistake_of_Skep_s_has_its_stack()
    {
        Assert.Equal("✘ A message was not taken, and its sender tries again: The SMTP server is full.\n", await LinesOfAsync(new EmailException(EmailErrorCodes.DeliveryFailed, "The SMTP server is full.")));
        Assert.Contains("\n   at ", await LinesOfAsync(new InvalidOperationException("a mistake")), StringComparison.Ordinal);
    }

    private static async Task<string> LinesOfAsync(Exception failure)
    {
        using StringWriter errors = new();
        await using (Terminal terminal = new(TextWriter.Null, errors, new Style(colours: false), new Style(colours: false)))
        {
            try
            {
                // Only what was thrown has a stack.
                throw failure;
            }
            catch (Exception thrown)
            {
                new ControlLines(terminal).OnEmailFailure(thrown);
            }
        }

        return errors.ToString();
    }
}
