using System.Text;
using Skep.Abstractions.Workers;
using Skep.SourceMaps;
using Xunit;

namespace Skep.Tests.SourceMaps;

public sealed class SourceMapTests
{
    [Theory]
    [InlineData("A", 0)]
    [InlineData("C", 1)]
    [InlineData("D", -1)]
    [InlineData("gB", 16)]
    [InlineData("hB", -16)]
    [InlineData("ggggggC", 1073741824)]
    public void Numbers_are_base64_vlq(string text, int expected)
    {
        var position = 0;
        Assert.Equal(expected, Vlq.Read(text, ref position));
        Assert.Equal(text.Length, position);
    }

    [Theory]
    [InlineData("g")]
    [InlineData("!")]
    [InlineData("ggggggggC")]
    public void A_broken_number_is_refused(string text)
    {
        var position = 0;
        Assert.Throws<FormatException>(() => Vlq.Read(text, ref position));
    }

    [Fact]
    public void Places_are_found_by_the_nearest_segment_before_them()
    {
        // Line 0: columns 0 → a.ts 0:0, 9 → a.ts 2:4 named f. Line 1: nothing. Line 2: column 0 → b.ts 1:0, 5 → unmapped.
        var map = Parse("""{"version":3,"sources":["a.ts","b.ts"],"sourcesContent":["x\ny\n    f()",null],"names":["f"],"mappings":"AAAA,SAEIA;;ACDJ,K"}""");

        Assert.Equal(new SourceMap.Original("a.ts", 0, 0, null, "x"), map.Find(0, 3));
        Assert.Equal(new SourceMap.Original("a.ts", 2, 4, "f", "    f()"), map.Find(0, 20));
        Assert.Null(map.Find(1, 0));
        Assert.Equal("b.ts", map.Find(2, 4)?.Source);
        Assert.Null(map.Find(2, 5));
        Assert.Null(map.Find(9, 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"version\":3}")]
    public void What_is_no_map_is_refused(string json) => Assert.Throws<FormatException>(() => Parse(json));

    [Fact]
    public void Stack_traces_are_translated_and_show_the_authors_own_line()
    {
        var version = new WorkerVersion
        {
            Name = "test",
            MainModule = "index.js",
            Modules =
            [
                new ScriptModule("index.js", ModuleKind.EsModule, default)
                {
                    SourceMap = Encoding.UTF8.GetBytes(
                        """{"version":3,"sources":["node_modules/lib/a.js","src/b.ts"],"sourcesContent":["lib()","mine()"],"names":[],"mappings":"AAAA;ACAA"}"""),
                },
            ],
        };
        var mapped = new StackTraceMapper(version, "/project").Map(
            "Error: no\n    at lib (index.js:1:1)\n    at Object.fetch (file:///index.js:2:3)\n    at other.js:1:1");

        Assert.Equal(
            "Error: no\n    at lib (node_modules/lib/a.js:1:1)\n    at Object.fetch (src/b.ts:1:1)\n    at other.js:1:1", mapped.Text);
        Assert.Equal("/project/src/b.ts", mapped.Top!.File);
        Assert.Equal("mine()", mapped.TopLine);
    }

    [Theory]
    [InlineData("""{"version":3,"sources":["../../src/b.ts"],"names":[],"mappings":"AAAA"}""", "Error: no\n    at f (src/b.ts:1:1)")]
    [InlineData("nonsense", "Error: no\n    at f (index.js:1:1)")]
    public void What_was_deployed_has_no_folder_and_anything_for_a_map(string map, string expected)
    {
        var version = new WorkerVersion
        {
            Name = "test",
            MainModule = "index.js",
            Modules = [new ScriptModule("index.js", ModuleKind.EsModule, default) { SourceMap = Encoding.UTF8.GetBytes(map) }],
        };
        Assert.Equal(expected, new StackTraceMapper(version, "").Map("Error: no\n    at f (index.js:1:1)").Text);
    }

    [Fact]
    public void Frames_of_the_layer_are_left_out()
    {
        var version = new WorkerVersion { Name = "test", MainModule = "index.js", Modules = [new ScriptModule("index.js", ModuleKind.EsModule, default)] };
        var mapped = new StackTraceMapper(version, "/project").Map(
            "Error: no\n    at send (skep.js:9686:25)\n    at skep.js:1:1\n    at index.js:1:17\n    at Object.fetch (skep.js:9664:14)");
        Assert.Equal("Error: no\n    at index.js:1:17", mapped.Text);
    }

    [Fact]
    public void Frames_of_the_layer_are_left_out_of_causes_and_of_errors_within_values()
    {
        var version = new WorkerVersion { Name = "test", MainModule = "index.js", Modules = [new ScriptModule("index.js", ModuleKind.EsModule, default)] };
        var mapped = new StackTraceMapper(version, "/project").Map(
            "Error: no\n    at index.js:1:17\n    at send (skep.js:1:2) {\n  [cause]: [\n    Error: a\n        at index.js:2:1\n        at skep.js:1:3,\n    1\n  ]\n}");
        Assert.Equal("Error: no\n    at index.js:1:17 {\n  [cause]: [\n    Error: a\n        at index.js:2:1,\n    1\n  ]\n}", mapped.Text);
    }

    private static SourceMap Parse(string json) => SourceMap.Parse(Encoding.UTF8.GetBytes(json));
}
