using System.Collections.Immutable;
using System.Text.Json;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Email;
using Skep.Abstractions.Routing;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Catalog;

/// <summary>The email rules of the catalog.</summary>
/// <param name="log">Adds a line to the audit log, in the same transaction.</param>
internal sealed class SqliteEmailRules(SqliteDatabase database, Action<AuditEntry> log) : IEmailRules
{
    /// <inheritdoc/>
    public ValueTask<ImmutableArray<EmailRule>> ListRulesAsync(string zone) =>
        new(Read("SELECT record FROM email_rule WHERE zone = ? ORDER BY sequence", statement => statement.Bind(1, zone)));

    /// <inheritdoc/>
    public ValueTask<bool> PutRuleAsync(EmailRule rule, AuditEntry audit) => new(database.Transaction(() =>
    {
        var taken = Read("SELECT record FROM email_rule WHERE zone = ? AND address = ? AND id <> ?", statement => statement.Bind(1, rule.Zone).Bind(2, rule.Address).Bind(3, rule.Id));
        if (taken.Length > 0) return false;
        database.Prepare("INSERT INTO email_rule (id, zone, address, record) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET address = excluded.address, record = excluded.record")
            .Bind(1, rule.Id).Bind(2, rule.Zone).Bind(3, rule.Address).Bind(4, JsonSerializer.Serialize(rule, CatalogRecords.Default.EmailRule)).Run();
        log(audit);
        return true;
    }));

    /// <inheritdoc/>
    public ValueTask<bool> RemoveRuleAsync(string zone, string id, AuditEntry audit) => new(database.Transaction(() =>
    {
        var removal = database.Prepare("DELETE FROM email_rule WHERE zone = ? AND id = ? RETURNING 1").Bind(1, zone).Bind(2, id);
        var found = removal.Step();
        removal.Run();
        if (found) log(audit);
        return found;
    }));

    /// <inheritdoc/>
    public ValueTask<EmailRule?> FindRuleForAsync(string address)
    {
        var named = Read("SELECT record FROM email_rule WHERE address = ? ORDER BY sequence", statement => statement.Bind(1, address.ToLowerInvariant()));
        if (named.FirstOrDefault(static rule => rule.Enabled) is { } found) return new(found);
        var rest = Read(
            "SELECT record FROM email_rule WHERE zone = ? AND address = ?", statement => statement.Bind(1, ZoneId.Of(EmailAddress.DomainOf(address))).Bind(2, EmailRule.CatchAll));
        return new(rest.FirstOrDefault(static rule => rule.Enabled));
    }

    private ImmutableArray<EmailRule> Read(string sql, Action<SqliteStatement> bind)
    {
        lock (database.Gate)
        {
            var statement = database.Prepare(sql);
            bind(statement);
            var found = ImmutableArray.CreateBuilder<EmailRule>();
            while (statement.Step()) found.Add(JsonSerializer.Deserialize(statement.Blob(0), CatalogRecords.Default.EmailRule)!);
            statement.Reset();
            return found.ToImmutable();
        }
    }
}
