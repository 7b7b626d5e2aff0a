using System.Text;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>Follows the document's elements, finds the handlers that each token is for and records it for them.</summary>
internal sealed class MarkupRecorder : IMarkupSink
{
    // An op must end before long: nothing stops it, and others wait for the isolate. JavaScript calls again.
    private const int MostTokens = 4096;
    private const int MostText = 256 << 10;
    private const int MostWork = 2_000_000;

    // lol-html's stack of elements may take 3 MB with the input it keeps; this many elements reach that.
    private const int DeepestElement = 16 << 10;

    private readonly RewriterSettings settings;
    private readonly TokenBatch batch;
    private readonly SelectorMatcher? matcher;
    private readonly HandlerSet comments;
    private readonly HandlerSet text;
    private readonly HandlerSet doctypes;
    private readonly HandlerSet elements;
    private readonly List<int> listening = [];
    private TextNodeDecoder? decoder;
    private bool inText;
    private int lastElement;
    private int workBefore;
    private bool tooDeep;

    public MarkupRecorder(RewriterSettings settings, TokenBatch batch)
    {
        this.settings = settings;
        this.batch = batch;
        if (settings.Program is { } program) matcher = new SelectorMatcher(program);
        comments = new HandlerSet(settings.Registrations, settings.Selectors, HandlerKinds.Comments);
        text = new HandlerSet(settings.Registrations, settings.Selectors, HandlerKinds.Text);
        doctypes = new HandlerSet(settings.Registrations, settings.Selectors, HandlerKinds.Doctype);
        elements = new HandlerSet(settings.Registrations, settings.Selectors, HandlerKinds.Element);
        SetCaptures();
    }

    /// <inheritdoc/>
    public Captures Captures { get; private set; }

    /// <inheritdoc/>
    public bool IsFull => batch.Count >= MostTokens || batch.TextLength >= MostText || tooDeep || (matcher is not null && matcher.Work - workBefore > MostWork);

    /// <summary>Elements are nested more deeply than is allowed.</summary>
    public bool IsTooDeep => tooDeep;

    /// <summary>A new batch begins.</summary>
    public void Begin() => workBefore = matcher?.Work ?? 0;

    /// <inheritdoc/>
    public bool Wants(MarkupTag tag, ReadOnlySpan<byte> input)
    {
        if (matcher is null) return false;
        var name = tag.Name(input);
        if (!tag.IsEnd) return matcher.MayMatch(tag, name);
        var open = matcher.Open;
        for (var i = open.Find(tag.Packed, name); i >= 0 && i < open.Depth; i++)
        {
            if (open.At(i).Id > 0) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Tag(MarkupTag tag, MarkupNamespace ns, ReadOnlySpan<byte> input, int end)
    {
        if (matcher is null) return;
        if (tag.IsEnd) EndTag(tag, input, end);
        else StartTag(tag, ns, input, end);
        SetCaptures();
    }

    /// <inheritdoc/>
    public void Text(ReadOnlySpan<byte> input, int start, int end)
    {
        var bytes = input[start..end];
        if (!inText)
        {
            inText = true;
            if (IsWhole(bytes))
            {
                RecordText(start, end, last: false);
                batch.AddString(bytes);
                return;
            }

            var plain = PlainPrefix(bytes);
            if (plain >= 1024)
            {
                RecordText(start, start + plain, last: false);
                batch.AddString(bytes[..plain]);
                start += plain;
                bytes = bytes[plain..];
            }
        }

        RecordDecoded(bytes, start, end, last: false);
    }

    /// <inheritdoc/>
    public void EndText(int at)
    {
        if (!inText) return;
        inText = false;
        RecordDecoded([], at, at, last: true);
        decoder = null;
    }

    /// <inheritdoc/>
    public void Comment(ReadOnlySpan<byte> input, int start, int end, int textStart, int textEnd)
    {
        batch.Begin(TokenBatch.Comment, start, end);
        batch.Add(comments.Active);
        batch.AddString(input[textStart..textEnd]);
    }

    /// <inheritdoc/>
    public void Doctype(ReadOnlySpan<byte> input, int start, int end, in DoctypeRanges parts)
    {
        batch.Begin(TokenBatch.Doctype, start, end);
        batch.Add(doctypes.Active);
        AddPart(input, parts.NameStart, parts.NameEnd, lowerCase: true);
        AddPart(input, parts.PublicStart, parts.PublicEnd, lowerCase: false);
        AddPart(input, parts.SystemStart, parts.SystemEnd, lowerCase: false);
    }

    private void AddPart(ReadOnlySpan<byte> input, int start, int end, bool lowerCase)
    {
        if (start >= 0)
        {
            batch.AddString(input[start..end], lowerCase);
            return;
        }

        batch.Add(-1);
        batch.Add(-1);
    }

    private void StartTag(MarkupTag tag, MarkupNamespace ns, ReadOnlySpan<byte> input, int end)
    {
        var hasContent = ns == MarkupNamespace.Html ? (tag.Traits & TagTraits.Void) == TagTraits.None && !IsVoidEsi(tag, input) : !tag.SelfClosing;
        var element = matcher!.Start(tag, ns, input, hasContent);
        tooDeep |= matcher.Open.Depth > DeepestElement;
        listening.Clear();
        foreach (var match in matcher.Matches)
        {
            if (elements.Has(match)) listening.Add(match);
            if (!hasContent) continue;
            comments.Begin(match);
            text.Begin(match);
        }

        if (listening.Count == 0) return;
        if (element is not null) element.Id = ++lastElement;
        batch.Begin(TokenBatch.StartTag, tag.Start, end);
        batch.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(listening));
        batch.Add(element?.Id ?? 0);
        batch.Add((int)ns | (tag.SelfClosing ? 4 : 0));
        batch.AddString(tag.Name(input), lowerCase: true);
        batch.MarkTag(tag);
        batch.Add(tag.Attributes.Length);
        foreach (ref readonly var attribute in tag.Attributes)
        {
            batch.AddString(attribute.Name(input), lowerCase: true);
            batch.AddString(attribute.Value(input));
        }
    }

    private bool IsVoidEsi(MarkupTag tag, ReadOnlySpan<byte> input) =>
        settings.EsiIsVoid && tag.Packed == TagName.None && tag.Name(input) is var name && (name.SequenceEqual("esi:include"u8) || name.SequenceEqual("esi:comment"u8));

    private void EndTag(MarkupTag tag, ReadOnlySpan<byte> input, int end)
    {
        var open = matcher!.Open;
        var depth = open.Find(tag.Packed, tag.Name(input));
        if (depth < 0) return;
        listening.Clear();
        for (var i = depth; i < open.Depth; i++)
        {
            var element = open.At(i);
            if (element.Id > 0) listening.Add(element.Id);
            foreach (var match in element.Matches)
            {
                comments.End(match);
                text.End(match);
            }
        }

        open.Close(depth);
        if (listening.Count == 0) return;
        batch.Begin(TokenBatch.EndTag, tag.Start, end);
        batch.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(listening));
        batch.AddString(tag.Name(input), lowerCase: true);
        batch.MarkTag(tag);
    }

    private void RecordText(int start, int end, bool last)
    {
        batch.Begin(TokenBatch.Text, start, end);
        batch.Add(text.Active);
        batch.Add(last ? 1 : 0);
    }

    // Text that may be cut in a character, or is not valid.
    private void RecordDecoded(ReadOnlySpan<byte> bytes, int start, int end, bool last)
    {
        var node = decoder ??= settings.Encoding.NewDecoder();
        bool full;
        do
        {
            bytes = bytes[node.Decode(bytes, last, out full)..];
            if (node.Text.Length > 0 || last)
            {
                RecordText(start, end, last && !full);
                var at = batch.TextLength;
                var decoded = node.Text.ToString();
                if (Ascii.IsValid(decoded)) batch.AddString(Encoding.ASCII.GetBytes(decoded));
                else batch.AddString(decoded);
                batch.MarkDecoded(at, batch.TextLength - at);
                start = end;
            }
        }
        while (full);
        if (start == end) return;
        // All of it is in the decoder.
        batch.Begin(TokenBatch.Silent, start, end);
        batch.MarkDecoded(batch.TextLength, 0);
    }

    // Text that is decoded and encoded again to the same bytes.
    private bool IsWhole(ReadOnlySpan<byte> bytes) => settings.Encoding == Utf8Markup.Instance ? System.Text.Unicode.Utf8.IsValid(bytes) : Ascii.IsValid(bytes);

    private int PlainPrefix(ReadOnlySpan<byte> bytes)
    {
        if (settings.Encoding != Utf8Markup.Instance)
        {
            var other = bytes.IndexOfAnyExceptInRange((byte)0, (byte)127);
            return other < 0 ? bytes.Length : other;
        }

        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var count) == System.Buffers.OperationStatus.Done) at += count;
        return at;
    }

    private void SetCaptures() => Captures =
        (text.Active.Length > 0 ? Captures.Text : Captures.None) | (comments.Active.Length > 0 ? Captures.Comments : Captures.None) | (doctypes.Active.Length > 0 ? Captures.Doctypes : Captures.None);
}
