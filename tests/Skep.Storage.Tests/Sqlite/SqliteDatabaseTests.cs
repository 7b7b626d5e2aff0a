using Skep.Storage.Sqlite;
using Skep.Testing;

namespace Skep.Storage.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "test.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_schema_grows_by_the_steps_that_a_file_has_not_been_through()
    {
        using (var first = new SqliteDatabase(File, ["CREATE TABLE a (x)"])) first.Execute("INSERT INTO a VALUES (1)");
        using var second = new SqliteDatabase(File, ["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y DEFAULT 2"]);
        var row = second.Prepare("SELECT x, y FROM a");
        Assert.True(row.Step());
        Assert.Equal((1, 2), (row.Int64(0), row.Int64(1)));
    }

    [Fact]
    public void A_file_of_a_newer_program_is_left_alone()
    {
        using (new SqliteDatabase(File, ["CREATE TABLE a (x)", "CREATE TABLE b (x)"]))
        {
        }

        var refusal = Assert.Throws<SqliteException>(() => new SqliteDatabase(File, ["CREATE TABLE a (x)"]));
        Assert.Contains("newer version of Skep", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        System.IO.File.WriteAllText(File, "certainly not a database, but long enough to be read as one");
        Assert.Contains(File, Assert.Throws<SqliteException>(() => new SqliteDatabase(File, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_named() =>
        Assert.Contains("nowhere", Assert.Throws<SqliteException>(() => new SqliteDatabase("/nowhere/test.db", [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_transaction_that_throws_did_not_happen()
    {
        using var database = new SqliteDatabase(File, ["CREATE TABLE a (x UNIQUE)"]);
        Assert.Throws<InvalidOperationException>(() => database.Transaction<int>(() =>
        {
            database.Prepare("INSERT INTO a VALUES (?)").Bind(1, 1).Run();
            throw new InvalidOperationException();
        }));
        var count = database.Prepare("SELECT count(*) FROM a");
        count.Step();
        Assert.Equal(0, count.Int64(0));
    }

    [Fact]
    public void Text_and_bytes_come_back_as_they_went_in()
    {
        using var database = new SqliteDatabase(File, ["CREATE TABLE a (x TEXT, y BLOB)"]);
        byte[] bytes = [0, 255, 1];
        database.Prepare("INSERT INTO a VALUES (?, ?)").Bind(1, "grüße\0🙂").Bind(2, bytes).Run();
        var row = database.Prepare("SELECT x, y FROM a");
        Assert.True(row.Step());
        Assert.Equal("grüße\0🙂", row.Text(0));
        Assert.Equal(bytes, row.Blob(1).ToArray());
    }
}
