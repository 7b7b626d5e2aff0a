using Skep.CommandLine;
using Skep.Diagnostics;
using Skep.Settings;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Settings;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_flag_wins_over_the_environment_that_over_the_file_and_that_over_the_default()
    {
        Assert.Equal("8787", Read().Text(ServeSettings.Port));
        var file = Write("""{ "port": 1, "domain": "example.com" }""");
        Assert.Equal("1", Read(file).Text(ServeSettings.Port));
        _environment["SKEP_PORT"] = "2";
        Assert.Equal("2", Read(file).Text(ServeSettings.Port));
        Assert.Equal(3, Read(file, "--port", "3").Integer(ServeSettings.Port));
        Assert.Equal("example.com", Read(file).Text(ServeSettings.Domain));
    }

    [Fact]
    public void All_mistakes_of_a_file_are_told_with_their_places()
    {
        var file = Write("""
            {
              // the clients' port
              "prot": 80,
              "port": "eighty",
              "processes": 1000,
              "log_requests": 1,
              "mode": "fast",
              "nonsense_without_neighbour": true
            }
            """);

        var mistakes = Assert.Throws<DiagnosticException>(() => Read(file)).Diagnostics;

        Assert.Equal(
            [
                (3, "There is no setting \"prot\""),
                (4, "\"port\" must be a whole number from 0 to 65535, but is a string"),
                (5, "\"processes\" must be a whole number from 0 to 256, but is \"1000\""),
                (6, "\"log_requests\" must be true or false, but is a number"),
                (7, "\"mode\" must be one of development, production, but is \"fast\""),
                (8, "There is no setting \"nonsense_without_neighbour\""),
            ],
            mistakes.Select(mistake => (mistake.Position!.Line, mistake.Message)));
        Assert.Equal("Did you mean \"port\"?", mistakes[0].Remedy);
        Assert.All(mistakes, mistake => Assert.Equal(file, mistake.Position!.File));
    }

    [Theory]
    [InlineData("SKEP_PORT", "70000", "SKEP_PORT must be a whole number from 0 to 65535, but is \"70000\".")]
    [InlineData("SKEP_LOG_LEVEL", "loud", "SKEP_LOG_LEVEL must be one of debug, info, log, warn, error, none, but is \"loud\".")]
    public void A_variable_without_a_valid_value_is_named(string variable, string value, string message)
    {
        _environment[variable] = value;
        Assert.Equal(message, Assert.Throws<UsageException>(() => Read()).Message);
    }

    [Fact]
    public void A_path_in_a_file_is_relative_to_the_file() =>
        Assert.Equal(Path.Combine(_folder.Path, "state"), Read(Write("""{ "data": "state" }""")).Text(ServeSettings.Data));

    [Fact]
    public void A_list_is_an_array_or_one_value_in_a_file_divided_by_commas_in_the_environment_and_repeated_as_a_flag()
    {
        Assert.Empty(Read().List(ServeSettings.Listen));
        Assert.Equal(["https://*:443"], Read(Write("""{ "listen": "https://*:443" }""")).List(ServeSettings.Listen));
        Assert.Equal(["443", "444"], Read(Write("""{ "https_port": [443, 444] }""")).List(ServeSettings.HttpsPort));
        _environment["SKEP_TRUSTED_PROXY"] = "10.0.0.0/8,::1";
        Assert.Equal(["10.0.0.0/8", "::1"], Read().List(ServeSettings.TrustedProxy));
        Assert.Equal(["a=http://b", "c=http://d"], Read(null, "--origin", "a=http://b", "--origin", "c=http://d").List(ServeSettings.Origin));
        var wrong = Assert.Throws<DiagnosticException>(() => Read(Write("""{ "https_port": [443, "x"] }"""))).Diagnostics;
        Assert.Equal("\"https_port\" must be a whole number from 0 to 65535, or an array of them, but is a string", Assert.Single(wrong).Message);
    }

    [Fact]
    public void Every_path_of_a_list_is_relative_to_the_file_and_a_word_that_is_no_path_stays()
    {
        var values = Read(Write("""{ "cert": ["a.pem", "/b.pem"], "request_log": "-" }"""));
        Assert.Equal([Path.Combine(_folder.Path, "a.pem"), "/b.pem"], values.List(ServeSettings.Certificate));
        Assert.Equal("-", values.Text(ServeSettings.RequestLog));
    }

    [Fact]
    public void Settings_are_a_command_line_for_parts_that_read_one()
    {
        var arguments = ServeSettings.Arguments(Read(Write("""{ "https_port": [1, 2], "colo": "LIS", "log_requests": false }""")));
        Assert.Equal(["1", "2"], arguments.Values("https-port"));
        Assert.Equal("LIS", arguments.Value("colo"));
        Assert.Equal("127.0.0.1", arguments.Value("host"));
        Assert.False(arguments.Has("log-requests"));
        Assert.False(arguments.Has("otlp"));
    }

    [Fact]
    public void The_documentation_lists_every_setting()
    {
        var page = File.ReadAllText(Path.Combine(Architecture.SourceTree.Root, "docs", "configuration.md"));
        var expected = string.Join('\n', SettingsPage.Rows(ServeSettings.All));
        Assert.True(page.Contains(expected, StringComparison.Ordinal), $"docs/configuration.md should have this table:\n{expected}");
    }

    private SettingValues Read(string? file = null, params string[] flags) => new SettingsReader(ServeSettings.All, _environment.GetValueOrDefault)
        .Read(ParsedArguments.Parse(new Command("serve", null, "", [.. ServeSettings.All.Select(setting => setting.Option)]), flags), file);

    private string Write(string content)
    {
        var path = Path.Combine(_folder.Path, "skep.json");
        File.WriteAllText(path, content);
        return path;
    }
}
