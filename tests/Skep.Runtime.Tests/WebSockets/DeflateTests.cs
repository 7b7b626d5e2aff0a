using System.Text;
using Skep.Runtime.WebSockets;

namespace Skep.Runtime.Tests.WebSockets;

/// <summary>https://www.rfc-editor.org/rfc/rfc7692</summary>
public sealed class DeflateTests
{
    private static readonly MemoryBudget Plenty = new(long.MaxValue);

    [Fact]
    public void What_was_deflated_inflates_to_the_same()
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(static i => $"line {i % 17} of many\n"));
        var bytes = Encoding.UTF8.GetBytes(text);
        var deflated = MessageDeflater.TryDeflate(bytes, out var length);
        Assert.NotNull(deflated);
        Assert.True(length < bytes.Length / 5);
        Assert.Equal(["Text " + text], Frames.Decode(Frames.Masked(Opcode.Text, deflated.AsSpan(0, length), compressed: true), compression: true));
    }

    [Fact]
    public void What_does_not_shrink_is_left_as_it_is()
    {
        var noise = new byte[4096];
        new Random(3).NextBytes(noise);
        Assert.Null(MessageDeflater.TryDeflate(noise, out _));
    }

    [Fact]
    public void The_examples_of_the_specification_inflate()
    {
        // Section 7.2.3: a plain block, one without compression, one that ends its stream, two blocks.
        string[] examples = ["f248cdc9c90700", "000500faff48656c6c6f00", "f348cdc9c9070000", "f248050000 00ffffcac9c90700"];
        foreach (var example in examples)
        {
            var bytes = Convert.FromHexString(example.Replace(" ", "", StringComparison.Ordinal));
            Assert.Equal(["Text Hello"], Frames.Decode(Frames.Masked(Opcode.Text, bytes, compressed: true), compression: true));
        }
    }

    [Fact]
    public void A_peer_may_keep_its_context()
    {
        using MessageInflater inflater = new(keepsContext: true);
        foreach (var example in new[] { "f248cdc9c90700", "f200110000" })
        {
            var content = inflater.Inflate(Convert.FromHexString(example), 100, Plenty);
            Assert.Equal("Hello", Encoding.UTF8.GetString(content.Content));
            content.Clear();
        }
    }

    [Fact]
    public void A_bomb_goes_no_further_than_the_limit()
    {
        var deflated = MessageDeflater.TryDeflate(new byte[50 << 20], out var length)!;
        Assert.True(length < 60_000);
        MemoryBudget budget = new(64 << 20);
        Assert.Equal(["! 1009"], Frames.Decode(Frames.Masked(Opcode.Binary, deflated.AsSpan(0, length), compressed: true), compression: true, maxMessage: 1 << 20, budget: budget));
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Malformed_data_fails_the_connection() =>
        Assert.Equal(["! 1007"], Frames.Decode(Frames.Masked(Opcode.Text, [0xff, 0xff, 0xff, 0xff], compressed: true), compression: true));

    public static TheoryData<string?, string?> Offers => new()
    {
        { null, null },
        { "", null },
        { "x-webkit-deflate-frame", null },
        { "permessage-deflate", DeflateAgreement.Header },
        { "permessage-deflate; client_max_window_bits", DeflateAgreement.Header },
        { "permessage-deflate; client_max_window_bits=10; server_no_context_takeover", DeflateAgreement.Header },
        { "permessage-deflate; server_max_window_bits=10", DeflateAgreement.Header + "; server_max_window_bits=10" },
        { "permessage-deflate; server_max_window_bits=7", null },
        { "permessage-deflate; server_max_window_bits=16", null },
        { "permessage-deflate; server_max_window_bits", null },
        { "permessage-deflate; unknown=1, permessage-deflate", DeflateAgreement.Header },
        { "permessage-deflate; server_no_context_takeover; server_no_context_takeover", null },
        { "permessage-deflate; server_no_context_takeover=1", null },
    };

    [Theory]
    [MemberData(nameof(Offers))]
    public void The_first_offer_that_can_be_kept_is_accepted(string? offers, string? answer)
    {
        var agreement = DeflateAgreement.Accept(offers, out var header);
        Assert.Equal(answer, header);
        Assert.Equal(answer is not null, agreement is not null);
        // A smaller window than the compressor's own is agreed to, and not used.
        if (agreement is not null) Assert.Equal(!offers!.Contains("server_max_window_bits", StringComparison.Ordinal), agreement.MayCompress);
    }

    [Fact]
    public void A_servers_answer_is_read()
    {
        Assert.Null(DeflateAgreement.Read(null));
        Assert.Equal(new DeflateAgreement(PeerKeepsContext: true, MayCompress: true), DeflateAgreement.Read("permessage-deflate"));
        Assert.Equal(new DeflateAgreement(PeerKeepsContext: false, MayCompress: false), DeflateAgreement.Read("permessage-deflate; server_no_context_takeover; client_max_window_bits=9"));
        Assert.Throws<FormatException>(static () => DeflateAgreement.Read("bzip"));
    }
}
