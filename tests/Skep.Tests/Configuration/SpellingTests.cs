using Skep.Configuration;
using Xunit;

namespace Skep.Tests.Configuration;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("mian", "main")]
    [InlineData("Var", "vars")]
    [InlineData("rules", "rules")]
    [InlineData("something", null)]
    public void The_nearest_name_is_found(string name, string? expected) =>
        Assert.Equal(expected, Spelling.Nearest(name, ["main", "vars", "rules"]));
}
