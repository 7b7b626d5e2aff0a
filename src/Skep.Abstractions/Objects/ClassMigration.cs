using System.Collections.Immutable;

namespace Skep.Abstractions.Objects;

/// <summary>Carries out migrations on the classes of a script, in memory: whoever stores the result stores all of it or nothing.</summary>
/// <param name="classes">The script's classes so far.</param>
/// <param name="newNamespace">Gives the id of a new class's namespace.</param>
/// <param name="take">Takes a class away from another script; null when it has none of that name.</param>
public sealed class ClassMigration(ImmutableArray<ObjectClass> classes, Func<string, string> newNamespace, Func<TransferredClass, ObjectClass?> take)
{
    private readonly List<ObjectClass> _classes = [.. classes];
    private readonly List<ObjectClass> _deleted = [];

    /// <summary>The script's classes as they are now.</summary>
    public ImmutableArray<ObjectClass> Classes => [.. _classes];

    /// <summary>The classes that went.</summary>
    public IReadOnlyList<ObjectClass> Deleted => _deleted;

    /// <summary>Carries out a step.</summary>
    /// <exception cref="MigrationException">A class is there already, or is not there.</exception>
    public void Apply(MigrationStep step)
    {
        foreach (var name in step.NewClasses) Add(name, sqlite: false);
        foreach (var name in step.NewSqliteClasses) Add(name, sqlite: true);
        foreach (var (from, to) in step.Renamed)
        {
            var known = Find("renamed", from);
            if (from != to) RefuseKnown("renamed", to);
            _classes[_classes.IndexOf(known)] = known with { ClassName = to };
        }

        foreach (var transferred in step.Transferred)
        {
            RefuseKnown("transferred", transferred.To);
            var taken = take(transferred) ?? throw new MigrationException(
                MigrationError.NoSuchClass,
                $"Cannot apply transferred-class migration: the script '{transferred.FromScript}' has no Durable Object class '{transferred.From}'.");
            _classes.Add(taken with { ClassName = transferred.To });
        }

        foreach (var name in step.Deleted)
        {
            var known = Find("deleted", name);
            _classes.Remove(known);
            _deleted.Add(known);
        }
    }

    private void Add(string name, bool sqlite)
    {
        RefuseKnown("new", name);
        _classes.Add(new ObjectClass(name, newNamespace(name), sqlite));
    }

    private ObjectClass Find(string kind, string name) =>
        _classes.Find(each => each.ClassName == name)
        ?? throw new MigrationException(MigrationError.NoSuchClass, $"Cannot apply {kind}-class migration to class '{name}' that does not exist: it is no Durable Object class of this script.");

    private void RefuseKnown(string kind, string name)
    {
        if (_classes.Exists(each => each.ClassName == name))
            throw new MigrationException(MigrationError.ClassExists, $"Cannot apply {kind}-class migration to class '{name}' that is already depended on by existing Durable Objects.");
    }
}

/// <summary>A migration cannot be carried out.</summary>
/// <param name="error">Why.</param>
/// <param name="message">Why, with names.</param>
public sealed class MigrationException(MigrationError error, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public MigrationError Error { get; } = error;
}

/// <summary>Why a migration cannot be carried out.</summary>
public enum MigrationError
{
    /// <summary>There is a class of that name already.</summary>
    ClassExists,

    /// <summary>There is no class of that name.</summary>
    NoSuchClass,
}
