using Skep.Runtime.HtmlRewriting.Selectors;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>What a document is rewritten with.</summary>
/// <param name="Program">The selectors; null when there are none, and elements need not be followed.</param>
/// <param name="Selectors">How many of the registrations are selectors.</param>
/// <param name="Registrations">What each registration listens to (<see cref="HandlerKinds"/>).</param>
/// <param name="Encoding">The document's encoding.</param>
/// <param name="EsiIsVoid">Whether <c>esi:include</c> and <c>esi:comment</c> have no content.</param>
internal sealed record RewriterSettings(SelectorProgram? Program, int Selectors, byte[] Registrations, MarkupEncoding Encoding, bool EsiIsVoid);
