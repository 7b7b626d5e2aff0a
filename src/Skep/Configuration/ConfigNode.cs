using System.Collections.Immutable;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>A value of a configuration file, with its place.</summary>
internal abstract record ConfigNode(SourcePosition Position)
{
    /// <summary>What it is, for messages: "a string", "an array".</summary>
    public abstract string KindWithArticle { get; }
}

internal sealed record ConfigObject(SourcePosition Position, ImmutableArray<ConfigMember> Members) : ConfigNode(Position)
{
    public override string KindWithArticle => "an object";

    public ConfigMember? Find(string name) => Members.LastOrDefault(member => member.Name == name);
}

/// <summary>A name and its value; the position is the name's.</summary>
internal sealed record ConfigMember(string Name, SourcePosition Position, ConfigNode Value);

internal sealed record ConfigArray(SourcePosition Position, ImmutableArray<ConfigNode> Items) : ConfigNode(Position)
{
    public override string KindWithArticle => "an array";
}

internal sealed record ConfigString(SourcePosition Position, string Value) : ConfigNode(Position)
{
    public override string KindWithArticle => "a string";
}

internal sealed record ConfigNumber(SourcePosition Position, string Text) : ConfigNode(Position)
{
    public override string KindWithArticle => "a number";
}

internal sealed record ConfigBoolean(SourcePosition Position, bool Value) : ConfigNode(Position)
{
    public override string KindWithArticle => Value ? "true" : "false";
}

internal sealed record ConfigNull(SourcePosition Position) : ConfigNode(Position)
{
    public override string KindWithArticle => "null";
}
