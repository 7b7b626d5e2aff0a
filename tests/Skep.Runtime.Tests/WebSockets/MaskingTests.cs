using Skep.Runtime.WebSockets;

namespace Skep.Runtime.Tests.WebSockets;

public sealed class MaskingTests
{
    [Fact]
    public void Every_length_and_phase_is_masked_byte_by_byte_alike()
    {
        Random random = new(1);
        for (var length = 0; length < 150; length++)
        {
            for (var phase = 0; phase < 5; phase++)
            {
                var bytes = new byte[length];
                random.NextBytes(bytes);
                var key = (uint)random.NextInt64(uint.MaxValue);
                var keyBytes = BitConverter.GetBytes(key);
                var expected = bytes.Select((each, i) => (byte)(each ^ keyBytes[(i + phase) % 4])).ToArray();
                Masking.Apply(bytes, key, phase);
                Assert.Equal(expected, bytes);
            }
        }
    }

    [Fact]
    public void Keys_differ() => Assert.True(Enumerable.Range(0, 200).Select(static _ => Masking.NewKey()).Distinct().Count() > 190);
}
