using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Skep.Edge.Outbound;

/// <summary>Reads the head of an HTTP/1.1 response (https://www.rfc-editor.org/rfc/rfc9112#section-4). The connection serves no
/// second response, so that a wrong guess about where a body ends could smuggle nothing.</summary>
internal static class ResponseHead
{
    /// <summary>The response, interim ones (1xx) passed over; its body reads on from <paramref name="reader"/>.</summary>
    public static async Task<HttpResponseMessage> ReadAsync(PipeReader reader, int maxBytes, HttpRequestMessage request, DuplexExchange exchange)
    {
        while (true)
        {
            string head = await ReadTextAsync(reader, maxBytes);
            string[] lines = head.Split('\n');
            int status = ParseStatusLine(lines[0].TrimEnd('\r'), out string reason);
            if (status is >= 100 and < 200 and not 101)
                continue;
            if (status == 101)
                throw Invalid("it switches protocols unasked");
            var response = new HttpResponseMessage((HttpStatusCode)status) { RequestMessage = request, ReasonPhrase = reason, Version = HttpVersion.Version11 };
            var content = new ResponseContent();
            response.Content = content;
            for (int i = 1; i < lines.Length; i++)
                AddHeader(response, lines[i].TrimEnd('\r'));
            content.Body = new ResponseBodyStream(reader, BodyLength(response, request.Method), exchange);
            return response;
        }
    }

    /// <summary>The length of a message's body; null until the connection closes, -1 in chunks.</summary>
    private static long? BodyLength(HttpResponseMessage response, HttpMethod method)
    {
        if (method == HttpMethod.Head || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
            return 0;
        if (response.Headers.NonValidated.TryGetValues("Transfer-Encoding", out HeaderStringValues codings))
        {
            return codings.ToString().Trim().Equals("chunked", StringComparison.OrdinalIgnoreCase)
                ? ResponseBodyStream.InChunks
                : throw Invalid($"its transfer encoding is \"{codings}\"");
        }

        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Length", out HeaderStringValues lengths))
            return null;
        long? length = null;
        foreach (string text in lengths)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long each) || (length is { } other && other != each))
                throw Invalid("its Content-Length is no length");
            length = each;
        }

        return length;
    }

    private static async Task<string> ReadTextAsync(PipeReader reader, int maxBytes)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync();
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (FindEnd(buffer) is { } end)
            {
                string text = Encoding.UTF8.GetString(buffer.Slice(0, end));
                reader.AdvanceTo(end);
                return text.TrimEnd('\r', '\n').TrimStart('\r', '\n');
            }

            if (buffer.Length > maxBytes)
                throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, "The response head is too large.");
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                throw new HttpIOException(HttpRequestError.ResponseEnded, "The connection was closed.");
        }
    }

    // After the empty line: lines end with LF, CR before it or not.
    private static SequencePosition? FindEnd(ReadOnlySequence<byte> buffer)
    {
        var bytes = new SequenceReader<byte>(buffer);
        bool any = false;
        while (bytes.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            bool empty = line.IsEmpty || (line.Length == 1 && line.FirstSpan[0] == '\r');
            if (empty && any)
                return bytes.Position;
            any |= !empty;
        }

        return null;
    }

    private static int ParseStatusLine(string line, out string reason)
    {
        string[] parts = line.Split(' ', 3);
        if (parts.Length < 2 || !parts[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || parts[1].Length != 3
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status < 100)
            throw Invalid($"its first line is \"{line}\"");
        reason = parts.Length == 3 ? parts[2] : "";
        return status;
    }

    private static void AddHeader(HttpResponseMessage response, string line)
    {
        int colon = line.IndexOf(':');
        if (colon <= 0)
            throw Invalid($"\"{line}\" is no header");
        (string name, string value) = (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
        if (!response.Headers.TryAddWithoutValidation(name, value) && !response.Content.Headers.TryAddWithoutValidation(name, value))
            throw Invalid($"\"{name}\" is no header name");
    }

    private static HttpRequestException Invalid(string what) => new(HttpRequestError.InvalidResponse, what);
}
