using Skep.Abstractions.Events;

namespace Skep.Runtime.Objects;

/// <summary>What a facet is made of, as the callback that was given for its name says.</summary>
/// <param name="ClassName">The class, as its module exports it.</param>
/// <param name="Props">What it sees as <c>ctx.props</c>, or null.</param>
/// <param name="Id">What it sees as <c>ctx.id</c>.</param>
internal sealed record FacetStart(string ClassName, CallerProps? Props, FacetId Id);

/// <summary>The <c>ctx.id</c> of a facet: its parent's, another Durable Object's, or any text.</summary>
/// <param name="Text">The id.</param>
/// <param name="Name">What it was made from, if that is known.</param>
/// <param name="Jurisdiction">Where it may be, or null.</param>
/// <param name="IsPlain">It is text, and no <c>DurableObjectId</c>.</param>
internal sealed record FacetId(string Text, string? Name, string? Jurisdiction, bool IsPlain);
