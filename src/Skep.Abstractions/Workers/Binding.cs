namespace Skep.Abstractions.Workers;

/// <summary>A property of <c>env</c> (modules) or a global (service-worker syntax).</summary>
/// <param name="Name">The JavaScript name.</param>
public abstract record Binding(string Name);

/// <summary>A string from <c>vars</c>.</summary>
public sealed record TextBinding(string Name, string Value) : Binding(Name);

/// <summary>A JSON value from <c>vars</c>; <paramref name="Json"/> is its text.</summary>
public sealed record JsonBinding(string Name, string Json) : Binding(Name);

/// <summary>A secret: a string that is never shown, logged or listed.</summary>
public sealed record SecretTextBinding(string Name, string Value) : Binding(Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"SecretTextBinding {{ Name = {Name} }}";
}
