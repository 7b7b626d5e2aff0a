using Microsoft.AspNetCore.WebUtilities;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Assets;

/// <summary>An asset as a Worker's own fetch sees it.</summary>
internal sealed class AssetSubrequestResponse : SubrequestResponse
{
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly Stream? _file;

    public AssetSubrequestResponse(in AssetAnswer answer, string method, string url, int sent)
    {
        Status = answer.Status;
        Url = url;
        RequestsSent = sent;
        _headers = [.. answer.Headers];
        _file = answer.Body.Stream;
        if (method == "HEAD" || answer.Status == 304) return;
        BodyLength = answer.Part.Length;
        if (_file is null)
        {
            Body = answer.Part.Length == 0 ? Stream.Null : AsStream(answer.Body.Bytes.Slice((int)answer.Part.First, (int)answer.Part.Length));
            return;
        }

        _file.Position = answer.Part.First;
        Body = answer.Part.Length == answer.Body.Length ? _file : new PartOfStream(_file, answer.Part.Length);
    }

    public override int Status { get; }

    public override string StatusText => ReasonPhrases.GetReasonPhrase(Status);

    public override string Url { get; }

    public override int RequestsSent { get; }

    public override Stream? Body { get; }

    public override long? BodyLength { get; }

    /// <summary>Where it redirects to, or null.</summary>
    public string? Location => Status is 301 or 302 or 303 or 307 or 308 ? _headers.FirstOrDefault(header => header.Key == "location").Value : null;

    public override void CopyHeaders(List<string> flat)
    {
        foreach ((string name, string value) in _headers)
        {
            flat.Add(name);
            flat.Add(value);
        }

        if (BodyLength is { } length && !_headers.Any(header => header.Key == "content-length"))
        {
            flat.Add("content-length");
            flat.Add(length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public override ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static MemoryStream AsStream(ReadOnlyMemory<byte> bytes)
    {
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment);
        return new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false);
    }
}
