using System.Buffers;
using System.Text;
using Skep.Abstractions.D1;
using Skep.Abstractions.Workers;
using Skep.Supervision.Messages;
using Skep.Supervision.Processes;
using Xunit;

namespace Skep.Tests.Supervision;

/// <summary>What goes over the link arrives as it was.</summary>
public sealed class MessageTests
{
    [Fact]
    public async Task A_version_arrives_whole()
    {
        WorkerVersion version = new()
        {
            Name = "hello",
            Id = "1",
            Modules =
            [
                new ScriptModule("index.js", ModuleKind.EsModule, Encoding.UTF8.GetBytes("export default {}")) { SourceMap = Encoding.UTF8.GetBytes("{}") },
                new ScriptModule("empty.bin", ModuleKind.Data, default),
                new ScriptModule("large.wasm", ModuleKind.CompiledWasm, new byte[200_000]),
            ],
            MainModule = "index.js",
            Syntax = ScriptSyntax.Modules,
            CompatibilityFlags = ["nodejs_compat"],
            Bindings = [new TextBinding("A", "a"), new JsonBinding("B", "[1]"), new SecretTextBinding("C", "hush")],
            Limits = WorkerLimits.Default with { CpuTime = TimeSpan.FromMilliseconds(7), Subrequests = 3 },
        };

        var arrived = await VersionMessage.ReadAsync(VersionMessage.Write(version), TestContext.Current.CancellationToken);

        Assert.Equal(version with { Modules = [], Bindings = [], CompatibilityFlags = [] }, arrived with { Modules = [], Bindings = [], CompatibilityFlags = [] });
        Assert.Equal(version.CompatibilityFlags, arrived.CompatibilityFlags);
        Assert.Equal(version.Bindings, arrived.Bindings);
        Assert.Equal(
            version.Modules.Select(module => (module.Name, module.Kind, Convert.ToBase64String(module.Content.Span), Convert.ToBase64String(module.SourceMap.Span))),
            arrived.Modules.Select(module => (module.Name, module.Kind, Convert.ToBase64String(module.Content.Span), Convert.ToBase64String(module.SourceMap.Span))));
    }

    [Fact]
    public void Every_kind_of_binding_can_be_sent() => Assert.Equal(
        typeof(Binding).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Binding))).Select(type => type.Name).Order(StringComparer.Ordinal),
        LinkRecords.Bindings.Select(type => type.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(0, null)]
    [InlineData(3, "00000001-00000002-00000003-0123")]
    [InlineData(65536, "b")]
    [InlineData(65537, null)]
    [InlineData(500_000, "00000001-00000002-00000003-0123")]
    public async Task Queries_and_their_answers_arrive_as_they_were(int length, string? bookmark)
    {
        var queries = Enumerable.Range(0, length).Select(number => (byte)number).ToArray();
        var (database, arrived) = D1Messages.ReadQueries(D1Messages.WriteQueries("dätabase", queries));
        Assert.Equal(("dätabase", Convert.ToHexString(queries)), (database, Convert.ToHexString(arrived.Span)));

        var rented = ArrayPool<byte>.Shared.Rent(length);
        queries.CopyTo(rented, 0);
        using var answer = await D1Messages.ReadAnswerAsync(D1Messages.WriteAnswer(new D1Answer(rented, length, 1L << 40, 7, bookmark)), TestContext.Current.CancellationToken);
        Assert.Equal((1L << 40, 7L, bookmark, Convert.ToHexString(queries)), (answer.RowsRead, answer.RowsWritten, answer.Bookmark, Convert.ToHexString(answer.Json.Span)));
    }

    [Fact]
    public void A_failed_query_says_over_the_link_which_it_was()
    {
        var told = Assert.IsType<D1Exception>(FailureTable.Understand(FailureTable.Describe(new D1Exception(400, "no such table: t: SQLITE_ERROR", query: 3))));
        Assert.Equal((400, 3, "no such table: t: SQLITE_ERROR"), (told.Status, told.Query, told.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("000000")]
    [InlineData("FFFFFF7F41")]
    [InlineData("FFFFFFFF41")]
    public void Queries_without_a_database_are_refused(string message) =>
        Assert.Throws<InvalidDataException>(() => D1Messages.ReadQueries(Convert.FromHexString(message)));

    [Fact]
    public void Processes_that_die_young_are_started_ever_later()
    {
        RestartDelay delay = new();
        Assert.Equal(TimeSpan.Zero, delay.After(TimeSpan.FromSeconds(1)));
        var waits = Enumerable.Range(0, 20).Select(_ => delay.After(TimeSpan.FromSeconds(1)).TotalSeconds).ToList();
        Assert.InRange(waits[0], 0.1, 0.2);
        Assert.InRange(waits[3], 0.8, 1.6);
        Assert.InRange(waits[^1], 15, 30);

        Assert.Equal(TimeSpan.Zero, delay.After(RestartDelay.Grown));
    }
}
