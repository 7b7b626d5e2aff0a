using System.Text;
using System.Threading.Channels;

namespace Skep.Output;

/// <summary>Standard output and error. Entries are queued, then formatted and written by one task, so that a thread that runs a
/// worker never waits for a slow terminal; when the queue is full, entries of workers are dropped and counted.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private const int Capacity = 4096;

    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly Style _outputStyle;
    private readonly Style _errorStyle;
    private readonly Task _writing;
    private long _lost;

    public Terminal(TextWriter output, TextWriter error, Style outputStyle, Style errorStyle)
    {
        _output = output;
        _error = error;
        _outputStyle = outputStyle;
        _errorStyle = errorStyle;
        _writing = Task.Run(WriteEntriesAsync);
    }

    private sealed record Entry(bool IsError, Func<Style, string>? Format, TaskCompletionSource? Written = null);

    /// <summary>The process's own streams.</summary>
    public static Terminal ForProcess()
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Terminal(
            new StreamWriter(Console.OpenStandardOutput(), encoding),
            new StreamWriter(Console.OpenStandardError(), encoding),
            Style.For(Console.IsOutputRedirected),
            Style.For(Console.IsErrorRedirected));
    }

    /// <summary>Queues without waiting; false when the queue is full.</summary>
    public bool Offer(bool isError, Func<Style, string> format) => _entries.Writer.TryWrite(new Entry(isError, format));

    /// <summary>Something was not queued; the output will say how much.</summary>
    public void CountLoss() => Interlocked.Increment(ref _lost);

    /// <summary>Queues a line that must not be lost.</summary>
    public ValueTask WriteAsync(Func<Style, string> format) => _entries.Writer.WriteAsync(new Entry(IsError: false, format));

    /// <summary>As <see cref="WriteAsync"/>, for standard error.</summary>
    public ValueTask WriteErrorAsync(Func<Style, string> format) => _entries.Writer.WriteAsync(new Entry(IsError: true, format));

    /// <summary>Returns when everything queued so far is written.</summary>
    public async Task FlushAsync()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _entries.Writer.WriteAsync(new Entry(IsError: false, null, written));
        await written.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteEntriesAsync()
    {
        await foreach (var entry in _entries.Reader.ReadAllAsync())
        {
            try
            {
                if (entry.Format is { } format)
                {
                    var (writer, style) = entry.IsError ? (_error, _errorStyle) : (_output, _outputStyle);
                    await writer.WriteLineAsync(format(style));
                }

                if (entry.Written is null && _entries.Reader.TryPeek(out _)) continue;
                if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost)
                {
                    await _error.WriteLineAsync(_errorStyle.Yellow($"[{lost} lines dropped: the output is slower than the workers]"));
                }

                await _output.FlushAsync();
                await _error.FlushAsync();
            }
            catch (IOException)
            {
                // The reader of our output is gone (`skep … | head`). Serving goes on without it.
            }
            catch (Exception unformatted)
            {
                // A defect of ours in one line must not silence all that follow.
                await _error.WriteLineAsync(_errorStyle.Red($"✘ A line could not be written: {unformatted}"));
            }

            entry.Written?.SetResult();
        }
    }
}
