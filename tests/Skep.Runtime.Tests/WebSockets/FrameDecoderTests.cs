using System.Buffers.Binary;
using System.Text;
using Skep.Runtime.WebSockets;

namespace Skep.Runtime.Tests.WebSockets;

/// <summary>https://www.rfc-editor.org/rfc/rfc6455#section-5, much as the Autobahn suite goes through it.</summary>
public sealed class FrameDecoderTests
{
    private static readonly int[] Pieces = [1, 2, 3, 7, 100, int.MaxValue];

    public static TheoryData<int> Sizes => [0, 1, 125, 126, 127, 128, 255, 65535, 65536, 65537, 200_000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_message_of_any_size_arrives_whole_in_whatever_pieces(int size)
    {
        var text = new string('*', size);
        var frame = Frames.Masked(Opcode.Text, text);
        foreach (var piece in size > 1000 ? [1021, 16384, int.MaxValue] : Pieces) Assert.Equal([$"Text {text}"], Frames.Decode(frame, piece));
    }

    [Fact]
    public void Fragments_are_joined_and_control_frames_may_come_between_them()
    {
        var bytes = Frames.Join(
            Frames.Masked(Opcode.Text, "Hel", final: false),
            Frames.Masked(Opcode.Ping, "abc"),
            Frames.Masked(Opcode.Continuation, "", final: false),
            Frames.Masked(Opcode.Continuation, "lo "),
            Frames.Masked(Opcode.Binary, [1, 2]),
            Frames.Masked(Opcode.Close, [0x03, 0xe8, (byte)'b', (byte)'y', (byte)'e']),
            Frames.Masked(Opcode.Text, "too late"));
        foreach (var piece in Pieces) Assert.Equal(["Text Hello ", "Binary 0102", "Close 1000 bye"], Frames.Decode(bytes, piece).Where(static each => each != "Ping 3"));
        Assert.Contains("Ping 3", Frames.Decode(bytes));
    }

    [Fact]
    public void A_character_may_be_split_between_fragments()
    {
        var euro = "€"u8.ToArray();
        var bytes = Frames.Join(Frames.Masked(Opcode.Text, euro.AsSpan(0, 1), final: false), Frames.Masked(Opcode.Continuation, euro.AsSpan(1)));
        Assert.Equal(["Text €"], Frames.Decode(bytes));
    }

    [Fact]
    public void Many_messages_of_one_read_come_in_one_batch_and_order()
    {
        var bytes = Frames.Join([.. Enumerable.Range(0, 500).Select(static i => Frames.Masked(Opcode.Text, $"{i}"))]);
        Assert.Equal(Enumerable.Range(0, 500).Select(static i => $"Text {i}"), Frames.Decode(bytes));
    }

    public static TheoryData<string, string, int> Malformed => new()
    {
        { "reserved bit 2", "a1 80 00000000", 1002 },
        { "reserved bit 3", "91 80 00000000", 1002 },
        { "compressed without agreement", "c1 80 00000000", 1002 },
        { "opcode 3", "83 80 00000000", 1002 },
        { "opcode 7", "87 80 00000000", 1002 },
        { "opcode 11", "8b 80 00000000", 1002 },
        { "opcode 15", "8f 80 00000000", 1002 },
        { "not masked", "81 01 61", 1002 },
        { "fragmented ping", "09 80 00000000", 1002 },
        { "fragmented close", "08 80 00000000", 1002 },
        { "ping of 126 bytes", "89 fe 007e 00000000", 1002 },
        { "close of 126 bytes", "88 fe 007e 00000000", 1002 },
        { "continuation of nothing", "80 80 00000000", 1002 },
        { "close with one byte", "88 81 00000000 03", 1002 },
        { "close 0", "88 82 00000000 0000", 1002 },
        { "close 999", "88 82 00000000 03e7", 1002 },
        { "close 1004", "88 82 00000000 03ec", 1002 },
        { "close 1005", "88 82 00000000 03ed", 1002 },
        { "close 1006", "88 82 00000000 03ee", 1002 },
        { "close 1015", "88 82 00000000 03f7", 1002 },
        { "close 1016", "88 82 00000000 03f8", 1002 },
        { "close 2999", "88 82 00000000 0bb7", 1002 },
        { "close 5000", "88 82 00000000 1388", 1002 },
        { "close with a reason that is not UTF-8", "88 84 00000000 03e8 c328", 1007 },
        { "text that is not UTF-8", "81 82 00000000 c328", 1007 },
        { "text with a surrogate", "81 83 00000000 eda080", 1007 },
        { "text that ends in a character", "81 82 00000000 e282", 1007 },
        { "64-bit length with its highest bit", "82 ff 8000000000000000 00000000", 1002 },
        { "length 5 in 16 bits", "82 fe 0005 00000000", 1002 },
        { "length 5 in 64 bits", "82 ff 0000000000000005 00000000", 1002 },
        { "larger than allowed", "82 ff 0000000000100001 00000000", 1009 },
        { "length near 2^63", "82 ff 7fffffffffffffff 00000000", 1009 },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_no_client_may_send_fails_the_connection(string what, string hex, int code)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        foreach (var piece in Pieces) Assert.True(Frames.Decode(bytes, piece) is [var only] && only == $"! {code}", what);
    }

    [Fact]
    public void A_message_within_another_fails_the_connection() =>
        Assert.Equal(["! 1002"], Frames.Decode(Frames.Join(Frames.Masked(Opcode.Text, "a", final: false), Frames.Masked(Opcode.Text, "b"))));

    [Theory]
    [InlineData(1000)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(4999)]
    public void Codes_that_may_be_sent_are_passed_on(int code)
    {
        var payload = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Assert.Equal([$"Close {code}"], Frames.Decode(Frames.Masked(Opcode.Close, payload)));
    }

    [Fact]
    public void A_close_without_a_code_is_1005() => Assert.Equal(["Close 1005"], Frames.Decode(Frames.Masked(Opcode.Close, [])));

    [Fact]
    public void Endless_fragments_end_at_the_limit()
    {
        var part = Frames.Masked(Opcode.Continuation, new byte[1000], final: false);
        var bytes = Frames.Join([Frames.Masked(Opcode.Binary, [1], final: false), .. Enumerable.Repeat(part, 20)]);
        Assert.Equal(["! 1009"], Frames.Decode(bytes, maxMessage: 10_000));
    }

    [Fact]
    public void A_length_that_is_only_promised_takes_no_memory()
    {
        MemoryBudget budget = new(100_000);
        var bytes = Convert.FromHexString("82ff000000000010000000000000" + "00");
        Assert.Empty(Frames.Decode(bytes, maxMessage: 2 << 20, budget: budget));
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Messages_that_are_not_complete_are_charged_and_refused_beyond_the_budget()
    {
        MemoryBudget budget = new(8 << 10);
        var bytes = Frames.Join([Frames.Masked(Opcode.Binary, new byte[3000], final: false), .. Enumerable.Repeat(Frames.Masked(Opcode.Continuation, new byte[3000], final: false), 5)]);
        Assert.Equal(["! 1009"], Frames.Decode(bytes, budget: budget));
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Bytes_at_random_never_do_more_than_fail_the_connection()
    {
        Random random = new(20261121);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            // Often enough a frame that begins well.
            if (round % 2 == 0) (bytes[0], bytes[^1]) = ((byte)(0x80 | random.Next(3)), 0);
            if (round % 4 == 0 && bytes.Length > 1) bytes[1] |= 0x80;
            MemoryBudget budget = new(1 << 20);
            var whole = Frames.Decode(bytes, budget: budget, compression: round % 3 == 0);
            Assert.Equal(0, budget.Used);
            // Of several pings in one read only the last is answered.
            Assert.Equal(whole.Where(IsNoPing), Frames.Decode(bytes, random.Next(1, 20), compression: round % 3 == 0).Where(IsNoPing));
        }

        static bool IsNoPing(string each) => !each.StartsWith("Ping", StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_cut_at_random_places_stay_the_same()
    {
        Random random = new(7);
        for (var round = 0; round < 300; round++)
        {
            List<byte[]> frames = [];
            List<string> expected = [];
            for (var count = random.Next(1, 6); count > 0; count--)
            {
                var text = new string((char)('a' + random.Next(26)), random.Next(0, 400));
                expected.Add($"Text {text}");
                var bytes = Encoding.UTF8.GetBytes(text);
                var cut = random.Next(bytes.Length + 1);
                frames.Add(Frames.Masked(Opcode.Text, bytes.AsSpan(0, cut), final: false));
                frames.Add(Frames.Masked(Opcode.Pong, "ignored"));
                frames.Add(Frames.Masked(Opcode.Continuation, bytes.AsSpan(cut)));
            }

            Assert.Equal(expected, Frames.Decode(Frames.Join([.. frames]), random.Next(1, 50)));
        }
    }
}
