using System.Buffers;
using System.Text;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>One document that is rewritten as it streams through: input is written, its tokens go to the handlers as a batch, and the
/// handlers' edits turn it into output.</summary>
internal sealed class HtmlDocument : IDisposable
{
    /// <summary>The most input that is kept until it can be judged, in bytes: the length of an attribute, a comment, a tag. lol-html's
    /// setting in Workers.</summary>
    public const int MostKept = 3 << 20;

    private readonly MarkupRecorder recorder;
    private readonly Tokenizer tokenizer;
    private readonly MarkupEditor editor;
    private readonly Decoder content = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
    private byte[] buffer = [];
    private int length;
    private int read;
    private bool last;

    public HtmlDocument(RewriterSettings settings)
    {
        Batch = new TokenBatch(settings.Encoding);
        recorder = new MarkupRecorder(settings, Batch);
        tokenizer = new Tokenizer(recorder);
        editor = new MarkupEditor(Batch, settings.Encoding);
    }

    /// <summary>The tokens of the last read.</summary>
    public TokenBatch Batch { get; }

    /// <summary>Roughly the memory it holds, in bytes.</summary>
    public int Weight => buffer.Length;

    /// <summary>Adds input. All of the input before must have been read and applied.</summary>
    /// <exception cref="MarkupException">Too much of the input waits to be judged.</exception>
    public void Write(ReadOnlySpan<byte> input)
    {
        var kept = length - read;
        if (kept > MostKept) throw MarkupException.MemoryLimit();
        var needed = kept + input.Length;
        if (buffer.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(needed);
            buffer.AsSpan(read, kept).CopyTo(larger);
            Release();
            buffer = larger;
        }
        else if (read > 0)
        {
            buffer.AsSpan(read, kept).CopyTo(buffer);
        }

        tokenizer.Move(read);
        editor.Move(read);
        read = 0;
        input.CopyTo(buffer.AsSpan(kept));
        length = needed;
    }

    /// <summary>No more input comes.</summary>
    public void End() => last = true;

    /// <summary>Reads on, into <see cref="Batch"/>. True when that is all for the input there is.</summary>
    /// <exception cref="MarkupException">The document cannot be read on; what was recorded before still counts.</exception>
    public bool Read()
    {
        Batch.Clear();
        recorder.Begin();
        editor.Begin();
        var stop = tokenizer.Run(buffer.AsSpan(0, length), last);
        read = tokenizer.Keep;
        if (stop == TokenizerStop.Ambiguous) throw MarkupException.Ambiguous(Encoding.ASCII.GetString(tokenizer.CurrentTag.Name(buffer)).ToLowerInvariant());
        if (recorder.IsTooDeep || tokenizer.Weight > MostKept) throw MarkupException.MemoryLimit();
        return stop == TokenizerStop.EndOfInput;
    }

    /// <summary>Applies edits to what was read; the output until the next call.</summary>
    public ReadOnlySpan<byte> Apply(ReadOnlySpan<int> edits, ReadOnlySpan<char> text)
    {
        editor.Output.Clear();
        editor.Apply(buffer.AsSpan(0, length), edits, text, read);
        return editor.Output.Written;
    }

    /// <summary>Converts a piece of inserted content that comes as a stream of UTF-8.</summary>
    /// <exception cref="MarkupException">It is not UTF-8.</exception>
    public ReadOnlySpan<byte> Convert(ReadOnlySpan<byte> bytes, bool isHtml, bool isLast)
    {
        editor.Output.Clear();
        var text = ArrayPool<char>.Shared.Rent(bytes.Length + 2);
        try
        {
            // A character that the stream's end cuts is left out, as lol-html does.
            var count = content.GetChars(bytes, text, flush: false);
            if (isLast) content.Reset();
            editor.WriteContent(text.AsSpan(0, count), isHtml);
        }
        catch (DecoderFallbackException)
        {
            throw MarkupException.Content();
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }

        return editor.Output.Written;
    }

    public void Dispose()
    {
        Release();
        editor.Output.Dispose();
    }

    private void Release()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
