using System.Buffers;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>Writes the document with what handlers changed. Edits are a list of numbers in the order of the document, their strings
/// ranges of one text; the layout is that of <c>js/html-rewriter/edits.ts</c>.</summary>
internal sealed class MarkupEditor(TokenBatch batch, MarkupEncoding encoding)
{
    private static readonly SearchValues<char> Markup = SearchValues.Create("<>&");

    // Up to where the input has been written, or left out.
    private int written;
    private int nextDecoded;
    private bool emits = true;
    private TokenBatch.Entry entry;

    private enum Edit
    {
        Token = 1,
        Raw,
        Html,
        Text,
        StartTag,
        EndTag,
        Comment,
        Emit,
        End,
        UpTo,
    }

    public OutputBuffer Output { get; } = new();

    /// <summary>A new batch begins.</summary>
    public void Begin() => nextDecoded = 0;

    /// <summary>The input up to here is gone from the buffer's front.</summary>
    public void Move(int by) => written -= by;

    /// <summary>Applies edits. <paramref name="end"/> is where the batch's input ends.</summary>
    public void Apply(ReadOnlySpan<byte> input, ReadOnlySpan<int> edits, ReadOnlySpan<char> text, int end)
    {
        for (var at = 0; at < edits.Length;)
        {
            switch ((Edit)edits[at++])
            {
                case Edit.Token:
                    var index = edits[at++];
                    entry = batch[index];
                    Flush(input, index, entry.Start);
                    while (nextDecoded < batch.Decoded.Count && batch.Decoded[nextDecoded] <= index) nextDecoded++;
                    written = Math.Max(written, entry.End);
                    break;
                case Edit.Raw:
                    if (!emits) break;
                    if (entry.DecodedLength >= 0) batch.CopyDecoded(in entry, Output);
                    else Output.Add(input[entry.Start..entry.End]);
                    break;
                case Edit.Html:
                    Write(Take(edits, text, ref at));
                    break;
                case Edit.Text:
                    Escape(Take(edits, text, ref at));
                    break;
                case Edit.StartTag:
                    WriteStartTag(input, in entry, edits, text, ref at);
                    break;
                case Edit.EndTag:
                    Write("</");
                    Write(Take(edits, text, ref at));
                    Write(">");
                    break;
                case Edit.Comment:
                    Write("<!--");
                    Write(Take(edits, text, ref at));
                    Write("-->");
                    break;
                case Edit.Emit:
                    emits = edits[at++] != 0;
                    break;
                case Edit.End:
                    Flush(input, int.MaxValue, end);
                    break;
                case Edit.UpTo:
                    var next = edits[at++];
                    Flush(input, next, batch[next].Start);
                    break;
                default:
                    throw new InvalidOperationException($"There is no edit {edits[at - 1]}.");
            }
        }
    }

    /// <summary>Writes content of a stream.</summary>
    public void WriteContent(ReadOnlySpan<char> content, bool isHtml)
    {
        if (isHtml) Write(content);
        else Escape(content);
    }

    // The input that nothing was done to, up to a token.
    private void Flush(ReadOnlySpan<byte> input, int index, int end)
    {
        while (nextDecoded < batch.Decoded.Count && batch.Decoded[nextDecoded] < index)
        {
            var decoded = batch[batch.Decoded[nextDecoded++]];
            Copy(input, decoded.Start);
            if (emits) batch.CopyDecoded(in decoded, Output);
            written = Math.Max(written, decoded.End);
        }

        Copy(input, end);
    }

    private void Copy(ReadOnlySpan<byte> input, int end)
    {
        if (emits && end > written) Output.Add(input[written..end]);
        written = Math.Max(written, end);
    }

    private static ReadOnlySpan<char> Take(ReadOnlySpan<int> edits, ReadOnlySpan<char> text, ref int at)
    {
        var part = text.Slice(edits[at], edits[at + 1]);
        at += 2;
        return part;
    }

    private void Write(ReadOnlySpan<char> content)
    {
        if (emits) encoding.Encode(content, Output);
    }

    private void Escape(ReadOnlySpan<char> content)
    {
        for (;;)
        {
            var found = content.IndexOfAny(Markup);
            if (found < 0) break;
            Write(content[..found]);
            Write(content[found] switch { '<' => "&lt;", '>' => "&gt;", _ => "&amp;" });
            content = content[(found + 1)..];
        }

        Write(content);
    }

    private void WriteStartTag(ReadOnlySpan<byte> input, in TokenBatch.Entry entry, ReadOnlySpan<int> edits, ReadOnlySpan<char> text, ref int at)
    {
        Write("<");
        if (edits[at] < 0)
        {
            WriteRaw(input[entry.NameStart..entry.NameEnd]);
            at++;
        }
        else
        {
            Write(Take(edits, text, ref at));
        }

        var count = edits[at++];
        var original = batch.AttributesOf(in entry);
        for (var i = 0; i < count; i++)
        {
            Write(" ");
            var index = edits[at++];
            if (index >= 0 && edits[at] < 0)
            {
                WriteRaw(original[index].Raw(input));
                at++;
                continue;
            }

            if (index >= 0) WriteRaw(original[index].Name(input));
            else Write(Take(edits, text, ref at));
            Write("=\"");
            WriteValue(Take(edits, text, ref at));
            Write("\"");
        }

        var selfClosing = edits[at++] != 0;
        Write(selfClosing && count > 0 ? " />" : selfClosing ? "/>" : ">");
    }

    private void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        if (emits) Output.Add(bytes);
    }

    private void WriteValue(ReadOnlySpan<char> value)
    {
        for (var found = value.IndexOf('"'); found >= 0; found = value.IndexOf('"'))
        {
            Write(value[..found]);
            Write("&quot;");
            value = value[(found + 1)..];
        }

        Write(value);
    }
}
