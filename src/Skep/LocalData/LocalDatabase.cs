using Skep.Abstractions.D1;
using Skep.CommandLine;
using Skep.Configuration;
using Skep.Hosting;

namespace Skep.LocalData;

/// <summary>The D1 database that a command is about.</summary>
internal sealed class LocalDatabase
{
    private readonly DataCall _call;

    /// <exception cref="UsageException">The project has none that is called so.</exception>
    public LocalDatabase(DataCall call, string given)
    {
        (_call, Given) = (call, given);
        var known = call.Stored.Databases;
        Configured = known.FirstOrDefault(each => each.Name == given || each.Binding == given)
            ?? throw new UsageException($"Couldn't find a D1 DB with the name or binding '{given}' in your {call.Stored.FileName} file. " + (known.IsEmpty
                ? $"Add one to \"d1_databases\": {{ \"binding\": \"DB\", \"database_name\": \"{given}\" }}."
                : $"There is {string.Join(", ", known.Select(each => each.Name is { } name && name != each.Binding ? $"{name} ({each.Binding})" : each.Binding))}."));
    }

    /// <summary>As the user called it.</summary>
    public string Given { get; }

    /// <summary>Its part of the configuration.</summary>
    public StoredDatabase Configured { get; }

    /// <summary>The database's id.</summary>
    public string Id => Configured.Local;

    /// <summary>Where it is, for people.</summary>
    public string Shown => DataCall.Shown(Path.Combine(StateFolders.Of(_call.Stored.Location.Root), "d1"));

    /// <summary>Runs statements: all of them, or none.</summary>
    public async Task<D1Answer> QueryAsync(string sql)
    {
        var d1 = (await _call.OpenAsync()).D1;
        using D1QueryWriter queries = new(D1Shape.Objects, D1Flags.Split);
        queries.Query(sql, parameters: 0);
        return await d1.QueryAsync(Id, queries.Written, _call.Stop);
    }

    /// <summary>Runs a file of SQL: all of it, or nothing.</summary>
    public async Task<D1Imported> ImportAsync(Stream sql) => await (await _call.OpenAsync()).D1Files.ImportAsync(Id, sql);
}
