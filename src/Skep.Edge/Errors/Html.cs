using System.Net;

namespace Skep.Edge.Errors;

/// <summary>Escaping for text and quoted attribute values.</summary>
internal static class Html
{
    public static string Encode(string text) => WebUtility.HtmlEncode(text);
}
