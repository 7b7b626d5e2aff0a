using System.Text;
using Skep.Supervision.Link;

namespace Skep.Supervision.WorkerSide;

/// <summary>What a worker process prints, for the supervisor to write: so lines of several processes never mix.</summary>
internal sealed class LinkTextWriter(LinkConnection link, LinkMethod method) : TextWriter
{
    // A piece of output is one notice, so it stays together.
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => _text.Append(value);

    public override void Write(string? value) => _text.Append(value);

    public override Task WriteLineAsync(string? value)
    {
        _text.Append(value).Append('\n');
        return Task.CompletedTask;
    }

    public override Task FlushAsync()
    {
        Flush();
        return Task.CompletedTask;
    }

    public override void Flush()
    {
        if (_text.Length == 0) return;
        link.Notify(method, Encoding.UTF8.GetBytes(_text.ToString()));
        _text.Clear();
    }
}
