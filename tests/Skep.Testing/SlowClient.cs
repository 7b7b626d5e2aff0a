using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Skep.Testing;

/// <summary>Reads a response when the test says so; until then only <paramref name="window"/> bytes fit into the connection.</summary>
public sealed class SlowClient(int window = 64 << 10)
{
    public int Window { get; } = window;

    public PipeReader Reader { get; set; } = null!;

    /// <summary>The next bytes, as text; an empty string at the end.</summary>
    public async Task<string> ReadAsync()
    {
        var read = await Reader.ReadAsync();
        var text = Encoding.UTF8.GetString(read.Buffer.ToArray());
        Reader.AdvanceTo(read.Buffer.End);
        return text;
    }

    /// <summary>The rest; its length.</summary>
    public async Task<long> DrainAsync()
    {
        long total = 0;
        for (;;)
        {
            var read = await Reader.ReadAsync();
            total += read.Buffer.Length;
            Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return total;
        }
    }
}
