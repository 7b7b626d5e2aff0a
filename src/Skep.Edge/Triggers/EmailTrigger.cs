using Skep.Abstractions.Email;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Triggers;

/// <summary>Runs a worker's <c>email</c> handler on request
/// (https://developers.cloudflare.com/email-service/local-development/routing/).</summary>
internal static class EmailTrigger
{
    private const string Incomplete =
        "Invalid email. Your request must include URL parameters specifying the `from` and `to` addresses, as well as an email in the body";

    /// <summary>Reads the query's <c>from</c> and <c>to</c>, and the message from the body.</summary>
    public static async ValueTask<Func<IWorker, Task<TriggerResult>>> PrepareAsync(string pathAndQuery, Stream? body)
    {
        string? from = null;
        string? to = null;
        foreach ((string name, string value) in TriggerQuery.Read(pathAndQuery))
        {
            if (name == "from")
                from = value;
            if (name == "to")
                to = value;
        }

        if (string.IsNullOrEmpty(from) || string.IsNullOrEmpty(to) || body is null)
            return Refuse(Incomplete);
        if (await ReadAsync(body) is not { } message)
            return Refuse("Email message size is bigger than the production size limit of 25 MiB.");
        if (message.Length == 0)
            return Refuse(Incomplete);
        if (EmailHeaders.Read(message.Span).Find("Message-ID") is not { Length: > 0 })
            return Refuse("Email could not be parsed: invalid or no message id provided");
        return worker => RunAsync(worker, new EmailEvent(from, to, message));
    }

    private static async Task<TriggerResult> RunAsync(IWorker worker, EmailEvent email)
    {
        var (summary, reason) = await worker.EmailAsync(email);
        if (summary.Outcome != InvocationOutcome.Ok)
            return new TriggerResult(500, summary.Error is { } error ? $"{OutcomeNames.Of(summary.Outcome)}: {error.Message}" : OutcomeNames.Of(summary.Outcome));
        return reason is null
            ? new TriggerResult(200, "Worker successfully processed email")
            : new TriggerResult(400, $"Worker rejected email with the following reason: {reason}");
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream body)
    {
        using MemoryStream read = new();
        byte[] piece = new byte[64 << 10];
        for (int count; (count = await body.ReadAsync(piece)) > 0;)
        {
            if (read.Length + count > EmailRules.MaxBytes)
                return null;
            read.Write(piece, 0, count);
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }

    private static Func<IWorker, Task<TriggerResult>> Refuse(string text) => _ => Task.FromResult(new TriggerResult(400, text));
}
