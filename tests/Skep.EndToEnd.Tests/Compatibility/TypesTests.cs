namespace Skep.EndToEnd.Tests.Compatibility;

public sealed class TypesTests
{
    [Fact]
    public Task A_worker_finds_all_that_the_Workers_types_declare_but_what_the_page_names() => PageCheck.RunAsync("types-coverage.mjs");
}
