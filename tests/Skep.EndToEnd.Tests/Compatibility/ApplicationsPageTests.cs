namespace Skep.EndToEnd.Tests.Compatibility;

public sealed class ApplicationsPageTests
{
    [Fact]
    public Task The_page_has_the_applications_with_the_versions_of_their_packages() => PageCheck.RunAsync("applications.mjs");
}
