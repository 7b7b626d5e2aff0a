using Skep.Configuration;
using Skep.Diagnostics;
using Xunit;

namespace Skep.Tests.Configuration;

public sealed class DotEnvFileTests
{
    [Theory]
    [InlineData("A=1", "A", "1")]
    [InlineData("  export A = 1  ", "A", "1")]
    [InlineData("A=one two # remark", "A", "one two")]
    [InlineData("A=\"a # b\"", "A", "a # b")]
    [InlineData("A=\"two\\nlines\"", "A", "two\nlines")]
    [InlineData("A='raw\\n'", "A", "raw\\n")]
    [InlineData("A=\"first\nsecond\"", "A", "first\nsecond")]
    [InlineData("A=", "A", "")]
    [InlineData("A=x=y", "A", "x=y")]
    [InlineData("A={\"json\": true}", "A", "{\"json\": true}")]
    public void A_line_is_a_variable(string text, string name, string value)
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Equal([new(name, value)], DotEnvFile.Parse(".dev.vars", text, diagnostics));
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Blank_lines_and_remarks_are_nothing() =>
        Assert.Empty(DotEnvFile.Parse(".dev.vars", "\n# A=1\r\n\n", new List<Diagnostic>()));

    [Fact]
    public void A_line_that_is_no_variable_is_an_error_with_its_place()
    {
        var diagnostics = new List<Diagnostic>();
        var variables = DotEnvFile.Parse(".dev.vars", "A=1\noops\nB=2", diagnostics);
        Assert.Equal(["A", "B"], variables.Select(variable => variable.Key));
        Assert.Equal(2, Assert.Single(diagnostics).Position!.Line);
    }
}
