using Skep.LocalData;
using Skep.Output;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.LocalData;

/// <summary>The data that a <c>skep dev</c> takes.</summary>
public sealed class StateEndpointsTests
{
    [Fact]
    public async Task Who_could_not_take_the_data_can_end()
    {
        using TemporaryFolder project = new();
        project.Write(".skep", "a file, where the folder would be");
        await using Terminal terminal = new(TextWriter.Null, TextWriter.Null, new Style(colours: false), new Style(colours: false));
        StateEndpoints endpoints = new(terminal);
        Assert.ThrowsAny<IOException>(() => endpoints.Open(project.Path));
        endpoints.Dispose();
    }
}
