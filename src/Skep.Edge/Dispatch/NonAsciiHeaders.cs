using System.Text;

namespace Skep.Edge.Dispatch;

/// <summary>Response header values beyond ASCII go out as UTF-8, as Workers sends them. Kestrel asks for an encoding by header
/// name, once per header; until the first such value is seen the answer is the fast path, its own ASCII.</summary>
internal sealed class NonAsciiHeaders
{
    /// <summary>True from the first non-ASCII value on.</summary>
    public bool Seen { get; set; }

    public Encoding? Select(string name) => Seen ? Encoding.UTF8 : null;
}
