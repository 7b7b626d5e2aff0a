using Skep.Abstractions.Events;

namespace Skep.Supervision.Messages;

/// <summary>A message for one of a script's versions; its bytes are the body.</summary>
/// <param name="Script">The script.</param>
/// <param name="From">The envelope's sender.</param>
/// <param name="To">The envelope's recipient.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record EmailCall(string Script, string From, string To, int Length);

/// <summary>What became of it; null when nothing is deployed.</summary>
internal sealed record EmailAnswer(EmailResult? Result);
