using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Streams;

/// <summary>One compression or decompression that JavaScript feeds. Its output comes in blocks, so that neither a small input
/// that becomes large nor a large one that takes long escapes the isolate's limits.</summary>
internal abstract class Coder : IDisposable
{
    public const int BlockSize = 64 << 10;
    private const int LargestStep = 1 << 20;

    private readonly bool decompress;
    private byte[] waiting = [];
    private int offset;
    private int end;
    private bool finishing;
    private CoderState state;

    protected Coder(bool decompress) => this.decompress = decompress;

    /// <summary>The invocation that opened it; null in the global scope.</summary>
    public Invocation? Owner { get; init; }

    /// <summary>Roughly the memory it holds outside of the isolate.</summary>
    public abstract int Weight { get; }

    /// <summary>Feeds the coder. All earlier input must have been consumed. Returns as <see cref="Continue"/>.</summary>
    public int Write(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (offset < end) throw new InvalidOperationException("The coder still has input.");
        if (state == CoderState.Ended)
        {
            if (input.Length > 0) throw Trailing();
            return -1;
        }

        var written = Run(input, output, out var consumed);
        Keep(input[consumed..]);
        return Progress(written);
    }

    /// <summary>Says that no more input comes. Returns as <see cref="Continue"/>.</summary>
    public int Finish(Span<byte> output)
    {
        finishing = true;
        return Continue(output);
    }

    /// <summary>Produces more output: the bytes written, which may be none, or -1 when there is nothing more before the next write.</summary>
    public int Continue(Span<byte> output)
    {
        switch (state)
        {
            case CoderState.Malformed:
                throw JsException.Type("Decompression failed: the data is malformed.");
            case CoderState.Ended when offset < end:
                throw Trailing();
            case CoderState.Ended:
                return -1;
        }

        if (offset == end && !finishing && !HasOutput) return -1;
        var written = Run(waiting.AsSpan(offset, end - offset), output, out var consumed);
        offset += consumed;
        if (written == 0 && finishing && decompress && state == CoderState.Running && offset == end)
        {
            throw JsException.Type("Decompression failed: the data is incomplete.");
        }

        return Progress(written);
    }

    public abstract void Dispose();

    /// <summary>True when the last step filled its output: there may be more even without input.</summary>
    protected bool HasOutput { get; private set; }

    /// <summary>Codes as much as fits.</summary>
    protected abstract CoderState Step(ReadOnlySpan<byte> input, Span<byte> output, bool last, out int consumed, out int written);

    private int Run(ReadOnlySpan<byte> input, Span<byte> output, out int consumed)
    {
        var part = input.Length > LargestStep ? input[..LargestStep] : input;
        state = Step(part, output, finishing && part.Length == input.Length, out consumed, out var written);
        HasOutput = state == CoderState.Running && written == output.Length;
        return written;
    }

    private int Progress(int written)
    {
        if (written > 0) return written;
        if (state == CoderState.Malformed || (state == CoderState.Ended && offset < end)) return Continue([]);
        return offset < end || (finishing && state == CoderState.Running) ? 0 : -1;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        offset = 0;
        end = rest.Length;
        if (waiting.Length < rest.Length) waiting = new byte[rest.Length];
        rest.CopyTo(waiting);
    }

    private static JsException Trailing() => JsException.Type("Decompression failed: there is more data after the end of the compressed data.");
}
