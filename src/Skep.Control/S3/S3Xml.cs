using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Skep.Control.S3;

/// <summary>Bodies of calls and answers.</summary>
internal static class S3Xml
{
    public const int LongestBody = 2 << 20;

    private const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    // Keys may have characters that XML can only write as references.
    private static readonly XmlWriterSettings Writing = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false };
    private static readonly XmlReaderSettings Reading = new() { DtdProcessing = DtdProcessing.Prohibit, CheckCharacters = false };

    /// <summary>An answer.</summary>
    public static Task WriteAsync(HttpContext http, string root, Action<XmlWriter> content, int status = 200) => WriteAsync(http, root, Namespace, content, status);

    /// <summary>An error.</summary>
    public static Task WriteAsync(HttpContext http, S3Exception refused) => WriteAsync(
        http,
        "Error",
        null,
        xml =>
        {
            xml.Element("Code", refused.Code);
            xml.Element("Message", refused.Message);
            xml.Element("Resource", http.Request.Path.ToString());
            xml.Element("RequestId", http.TraceIdentifier);
        },
        refused.Status);

    public static void Element(this XmlWriter xml, string name, string? value)
    {
        if (value is not null) xml.WriteElementString(name, value);
    }

    public static void Element(this XmlWriter xml, string name, long value) => xml.WriteElementString(name, value.ToString(CultureInfo.InvariantCulture));

    public static void Element(this XmlWriter xml, string name, bool value) => xml.WriteElementString(name, value ? "true" : "false");

    public static void Element(this XmlWriter xml, string name, Action content) => Element(xml, name, (string?)null, content);

    public static void Time(this XmlWriter xml, string name, long milliseconds) =>
        xml.WriteElementString(name, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>Reads a body.</summary>
    /// <exception cref="S3Exception">It is no XML.</exception>
    public static async Task<XElement> ReadAsync(S3Request request)
    {
        var bytes = await S3Payload.ReadAsync(request, LongestBody);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes), Reading);
            return XDocument.Load(reader).Root ?? throw S3Exception.Malformed("The XML has no root.");
        }
        catch (XmlException malformed)
        {
            throw S3Exception.Malformed($"The XML you provided was not well-formed: {malformed.Message}");
        }
    }

    /// <summary>The children of that name, whatever namespace clients put them in.</summary>
    public static IEnumerable<XElement> Children(this XElement element, string name) => element.Elements().Where(child => child.Name.LocalName == name);

    /// <summary>The text of the only child of that name; null when there is none.</summary>
    public static string? Child(this XElement element, string name) => element.Children(name).FirstOrDefault()?.Value;

    private static void Element(XmlWriter xml, string name, string? space, Action content)
    {
        xml.WriteStartElement(name, space);
        content();
        xml.WriteEndElement();
    }

    private static async Task WriteAsync(HttpContext http, string root, string? space, Action<XmlWriter> content, int status)
    {
        using MemoryStream buffer = new();
        using (var xml = XmlWriter.Create(buffer, Writing)) Element(xml, root, space, () => content(xml));
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/xml";
        http.Response.ContentLength = buffer.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted);
    }
}
