using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>Reads JSON with comments and trailing commas, keeping the place of every name and value.</summary>
internal ref struct JsonConfigReader
{
    private static readonly JsonReaderOptions Options =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly string _file;
    private readonly ReadOnlySpan<byte> _text;
    private readonly bool _positioned;
    private Utf8JsonReader _reader;

    // Places are asked for in rising order, so the line is counted on from the last one.
    private int _countedTo;
    private int _line;
    private int _lineStart;

    private JsonConfigReader(string file, ReadOnlySpan<byte> text, bool positioned)
    {
        _file = file;
        _text = text;
        _positioned = positioned;
        _reader = new Utf8JsonReader(text, Options);
        _line = 1;
    }

    /// <summary>The document's root.</summary>
    /// <exception cref="DiagnosticException">It is not JSON.</exception>
    /// <param name="file">Named in positions.</param>
    /// <param name="utf8">The document.</param>
    /// <param name="positioned">False when the text is a translation, whose places mean nothing to its author.</param>
    public static ConfigNode Read(string file, ReadOnlySpan<byte> utf8, bool positioned = true)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        var reader = new JsonConfigReader(file, utf8, positioned);
        try
        {
            reader._reader.Read();
            var root = reader.ReadValue();
            while (reader._reader.Read())
            {
            }

            return root;
        }
        catch (JsonException malformed)
        {
            var position = new SourcePosition(
                file, (int)(malformed.LineNumber ?? 0) + 1, (int)(malformed.BytePositionInLine ?? 0) + 1);
            // The parser's message ends in the place, which is shown in our own way.
            var end = malformed.Message.IndexOf(malformed.Path is null ? " LineNumber:" : " Path:", StringComparison.Ordinal);
            var reason = end < 0 ? malformed.Message : malformed.Message[..end];
            throw new DiagnosticException(Diagnostic.Error($"This is not valid JSON: {reason}", position));
        }
    }

    private ConfigNode ReadValue()
    {
        var position = Position();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = ImmutableArray.CreateBuilder<ConfigMember>();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
                {
                    var namePosition = Position();
                    var name = _reader.GetString()!;
                    _reader.Read();
                    members.Add(new ConfigMember(name, namePosition, ReadValue()));
                }

                return new ConfigObject(position, members.ToImmutable());
            case JsonTokenType.StartArray:
                var items = ImmutableArray.CreateBuilder<ConfigNode>();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray) items.Add(ReadValue());
                return new ConfigArray(position, items.ToImmutable());
            case JsonTokenType.String:
                return new ConfigString(position, _reader.GetString()!);
            case JsonTokenType.Number:
                return new ConfigNumber(position, Encoding.UTF8.GetString(_reader.ValueSpan));
            case JsonTokenType.True or JsonTokenType.False:
                return new ConfigBoolean(position, _reader.GetBoolean());
            default:
                return new ConfigNull(position);
        }
    }

    private SourcePosition Position()
    {
        if (!_positioned) return new SourcePosition(_file);
        var start = (int)_reader.TokenStartIndex;
        for (; _countedTo < start; _countedTo++)
        {
            if (_text[_countedTo] != (byte)'\n') continue;
            _line++;
            _lineStart = _countedTo + 1;
        }

        var column = Encoding.UTF8.GetCharCount(_text[_lineStart..start]) + 1;
        var length = _reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
            ? 1
            : (int)(_reader.BytesConsumed - _reader.TokenStartIndex);
        // BytesConsumed of a property name includes the colon.
        if (_reader.TokenType == JsonTokenType.PropertyName) length = Encoding.UTF8.GetCharCount(_reader.ValueSpan) + 2;
        return new SourcePosition(_file, _line, column, length);
    }
}
