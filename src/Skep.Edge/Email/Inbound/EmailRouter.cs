using System.Runtime.InteropServices;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Email;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;

namespace Skep.Edge.Email.Inbound;

/// <summary>Does with a message what the rule for its recipient says.</summary>
/// <param name="rules">The rules.</param>
/// <param name="target">Runs handlers.</param>
/// <param name="carrier">Forwards.</param>
/// <param name="onFailure">Hears of errors that are no one's but Skep's.</param>
public sealed class EmailRouter(IEmailRules rules, IEmailTarget target, IEmailCarrier carrier, Action<Exception> onFailure)
{
    // Of a message that goes in circles (RFC 5321 section 6.3).
    private const int MostHops = 50;
    private const int LongestReason = 400;

    private static readonly SmtpReply Taken = new(250, ["2.6.0 Message accepted"]);
    private static readonly SmtpReply Later = new(451, ["4.3.0 The message could not be handled; try again later"]);

    /// <summary>The rule for an address; null when nobody takes its email.</summary>
    public ValueTask<EmailRule?> FindAsync(string address) => rules.FindRuleForAsync(address);

    /// <summary>What the sender is told in the end: a message that was taken has been handled, and one that was not will come again.</summary>
    internal async Task<SmtpReply> DeliverAsync(EmailRule rule, string from, string to, ReadOnlyMemory<byte> content)
    {
        if (EmailHeaders.Read(content.Span).Count("Received") > MostHops) return new SmtpReply(554, ["5.4.6 The message goes in circles"]);
        try
        {
            return rule.Action switch
            {
                EmailRuleAction.Drop => Taken,
                EmailRuleAction.Forward => await ForwardAsync(rule.Target, from, to, content).ConfigureAwait(false),
                _ => await HandleAsync(rule.Target, from, to, content).ConfigureAwait(false),
            };
        }
        catch (Exception failure)
        {
            onFailure(failure);
            return Later;
        }
    }

    private async Task<SmtpReply> ForwardAsync(string target, string from, string to, ReadOnlyMemory<byte> content)
    {
        using var stream = MemoryMarshal.TryGetArray(content, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(content.ToArray(), writable: false);
        try
        {
            await carrier.SendAsync(EmailDelivery.Of(EmailPurpose.Forward, "", from.Length == 0 ? "" : to, [target], content.Span), stream).ConfigureAwait(false);
            return Taken;
        }
        catch (EmailException refused)
        {
            throw new EmailException(refused.Code, $"Email for {to} could not be forwarded to {target}: {refused.Message}", refused);
        }
    }

    private async Task<SmtpReply> HandleAsync(string script, string from, string to, ReadOnlyMemory<byte> content)
    {
        if (await target.DeliverAsync(script, new EmailEvent(from, to, content)).ConfigureAwait(false) is not { } result) return Later;
        if (result.Summary.Outcome != InvocationOutcome.Ok) return Later;
        return result.RejectReason is { } reason ? new SmtpReply(550, [$"5.7.1 {Printable(reason)}"]) : Taken;
    }

    private static string Printable(string reason)
    {
        var text = string.Concat(reason.Take(LongestReason).Select(static each => each is >= ' ' and <= '~' ? each : '?')).Trim();
        return text.Length == 0 ? "Rejected" : text;
    }
}
