namespace Skep.Abstractions.Objects;

/// <summary>A class of a version whose instances are Durable Objects, as its migrations say.</summary>
/// <param name="ClassName">The exported class.</param>
/// <param name="NamespaceId">Where its objects are kept. Of the class, not of a version: renaming the class keeps it.</param>
/// <param name="Sqlite">Whether its objects have SQL (<c>new_sqlite_classes</c>); else keys and values only.</param>
public sealed record ObjectClass(string ClassName, string NamespaceId, bool Sqlite);
