using Skep.CommandLine;
using Skep.Configuration;
using Skep.LocalData;
using Xunit;

namespace Skep.Tests.LocalData;

public sealed class MigrationFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("skep-migrations-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void They_come_in_the_order_of_their_numbers_then_of_their_names()
    {
        Write("migrations/0002_b.sql", "migrations/0010_c.sql", "migrations/1_a.sql", "migrations/last.sql", "migrations/notes.txt", "migrations/.hidden.sql", "migrations/sub/0003_no.sql");
        Assert.Equal(["1_a.sql", "0002_b.sql", "0010_c.sql", "last.sql"], Files(new StoredDatabase("DB", null, "DB")).List());
    }

    [Fact]
    public void A_pattern_finds_those_of_drizzle()
    {
        Write("drizzle/20260102_add/migration.sql", "drizzle/20260101_init/migration.sql", "drizzle/20260101_init/snapshot.json");
        StoredDatabase database = new("DB", null, "DB") { MigrationsFolder = "./drizzle", MigrationsPattern = "drizzle/*/migration.sql" };
        Assert.Equal(["20260101_init/migration.sql", "20260102_add/migration.sql"], Files(database).List());
    }

    [Fact]
    public void A_new_one_has_the_next_number_and_a_head()
    {
        Write("migrations/0009_a.sql");
        var path = Files(new StoredDatabase("DB", null, "DB")).Create("add a table", DateTimeOffset.UnixEpoch);
        Assert.Equal(Path.Combine(_root, "migrations", "0010_add_a_table.sql"), path);
        Assert.Equal("-- Migration number: 0010 \t 1970-01-01T00:00:00.000Z\n", File.ReadAllText(path));
    }

    [Fact]
    public void The_first_makes_the_folder() =>
        Assert.EndsWith("/migrations/0001_first.sql", Files(new StoredDatabase("DB", null, "DB")).Create("first", DateTimeOffset.UnixEpoch), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "sql/*.sql", "without \"migrations_dir\"")]
    [InlineData("migrations", "sql/*.sql", "must begin with \"migrations/\"")]
    [InlineData("migrations", "migrations/{a,b}.sql", "a wildcard that is unknown here")]
    public void A_pattern_that_cannot_be_is_explained(string? folder, string pattern, string text)
    {
        var refused = Assert.Throws<UsageException>(() => Files(new StoredDatabase("DB", null, "DB") { MigrationsFolder = folder, MigrationsPattern = pattern }));
        Assert.Contains(text, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_would_never_be_applied_is_not_made()
    {
        StoredDatabase database = new("DB", null, "DB") { MigrationsFolder = "drizzle", MigrationsPattern = "drizzle/*/migration.sql" };
        Assert.Contains("does not match", Assert.Throws<UsageException>(() => Files(database).Create("x", DateTimeOffset.UnixEpoch)).Message, StringComparison.Ordinal);
        Assert.Contains("path separator", Assert.Throws<UsageException>(() => Files(database).Create("a/b", DateTimeOffset.UnixEpoch)).Message, StringComparison.Ordinal);
        Assert.Contains("No migrations present", Assert.Throws<UsageException>(() => Files(database).List()).Message, StringComparison.Ordinal);
    }

    private MigrationFiles Files(StoredDatabase database) => new(new StoredResources(new ProjectLocation(Path.Combine(_root, "wrangler.jsonc"), null, _root), [], [database], []), database);

    private void Write(params string[] paths)
    {
        foreach (var path in paths)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
            File.WriteAllText(Path.Combine(_root, path), "SELECT 1;");
        }
    }
}
