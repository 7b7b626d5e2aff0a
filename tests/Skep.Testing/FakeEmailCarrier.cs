using System.Collections.Concurrent;
using System.Text;
using Skep.Abstractions.Email;

namespace Skep.Testing;

/// <summary>Keeps what is sent.</summary>
public sealed class FakeEmailCarrier : IEmailCarrier
{
    private readonly ConcurrentQueue<(EmailDelivery Mail, string Content)> _sent = [];

    /// <summary>What was sent, in its order.</summary>
    public IReadOnlyList<(EmailDelivery Mail, string Content)> Sent => [.. _sent];

    /// <summary>What it fails with; null: it does not.</summary>
    public Exception? Failure { get; set; }

    /// <inheritdoc/>
    public async Task SendAsync(EmailDelivery mail, Stream content, CancellationToken cancellation = default)
    {
        if (Failure is { } failure) throw failure;
        using MemoryStream read = new();
        await content.CopyToAsync(read, cancellation);
        _sent.Enqueue((mail, Encoding.UTF8.GetString(read.ToArray())));
    }
}
