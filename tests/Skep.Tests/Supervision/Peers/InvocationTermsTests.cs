using Skep.Abstractions.Events;
using Xunit;

namespace Skep.Tests.Supervision.Peers;

/// <summary>Terms as processes tell them each other, and as objects keep them.</summary>
public sealed class InvocationTermsTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        InvocationTerms terms = new() { CpuTime = TimeSpan.FromMilliseconds(5), Subrequests = 3, OutboundService = "out", Environment = new byte[] { 1 }, OutboundEnvironment = new byte[] { 2, 3 } };
        var read = InvocationTerms.FromBytes(terms.ToBytes())!;
        Assert.Equal((terms.CpuTime, terms.Subrequests, terms.OutboundService), (read.CpuTime, read.Subrequests, read.OutboundService));
        Assert.Equal(terms.Environment.ToArray(), read.Environment.ToArray());
        Assert.Equal(terms.OutboundEnvironment.ToArray(), read.OutboundEnvironment.ToArray());
        Assert.Null(InvocationTerms.FromBytes(default));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(100)]
    [InlineData(-1)]
    public void A_length_that_is_not_there_is_refused_before_there_is_room_for_it(int length)
    {
        // Without a service the length of the environment is at 14.
        var bytes = new InvocationTerms().ToBytes();
        BitConverter.TryWriteBytes(bytes.AsSpan(14), length);
        Assert.Throws<InvalidDataException>(() => InvocationTerms.FromBytes(bytes));
    }

    [Fact]
    public void What_is_cut_short_is_refused_wherever_it_ends()
    {
        var bytes = new InvocationTerms { OutboundService = "out", Environment = new byte[] { 1, 2, 3 } }.ToBytes();
        for (var length = 1; length < bytes.Length; length++) Assert.Throws<InvalidDataException>(() => InvocationTerms.FromBytes(bytes.AsMemory(0, length)));
        // A name of a negative length.
        new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F }.CopyTo(bytes, 13);
        Assert.Throws<InvalidDataException>(() => InvocationTerms.FromBytes(bytes));
    }
}
