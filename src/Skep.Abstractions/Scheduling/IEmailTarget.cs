using Skep.Abstractions.Events;

namespace Skep.Abstractions.Scheduling;

/// <summary>Where messages are delivered: the versions that are deployed.</summary>
public interface IEmailTarget
{
    /// <summary>Runs the <c>email</c> handler of one of the script's deployed versions, chosen by their shares, to its end.
    /// Null when nothing is deployed.</summary>
    /// <exception cref="Exception">The process that had it is lost: nobody knows how far it came.</exception>
    Task<EmailResult?> DeliverAsync(string script, EmailEvent email);
}
