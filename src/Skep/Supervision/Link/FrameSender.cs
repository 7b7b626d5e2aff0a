using System.Buffers;

namespace Skep.Supervision.Link;

/// <summary>Writes frames, in the order of the calls. Whoever comes while nobody writes does so itself, without waiting: what the
/// other side does not take at once is left to a thread.</summary>
internal sealed class FrameSender : IDisposable
{
    // What may wait before notices are dropped. Calls are bounded by those who wait for their answers.
    private const int MostWaiting = 16 << 20;

    private const int Usual = 64 << 10;
    private const int MostKept = 1 << 20;

    private readonly LinkSocket _socket;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _blocked = new(0);
    private ArrayBufferWriter<byte> _waiting = new(Usual);
    private ArrayBufferWriter<byte> _writing = new(Usual);
    private int _written;
    private bool _isWriting;
    private bool _isClosed;

    public FrameSender(LinkSocket socket, string name)
    {
        _socket = socket;
        new Thread(FinishBlockedWrites) { IsBackground = true, Name = $"skep link writer {name}" }.Start();
    }

    /// <summary>Sends a frame; false when the link is closed, or when it is a notice and the other side is far behind.</summary>
    /// <param name="more">The caller sends another at once: both leave together.</param>
    public bool Send(FrameHead head, ReadOnlySpan<byte> payload, bool more = false)
    {
        lock (_gate)
        {
            if (_isClosed || (head.Kind == FrameKind.Notice && _waiting.WrittenCount > MostWaiting)) return false;
            head.Write(_waiting.GetSpan(FrameHead.Size));
            _waiting.Advance(FrameHead.Size);
            _waiting.Write(payload);
            if (_isWriting || more) return true;
            _isWriting = true;
        }

        if (!WriteAll(wait: false)) _blocked.Release();
        return true;
    }

    /// <summary>Sends what was held back for a frame that does not come.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isClosed || _isWriting || _waiting.WrittenCount == 0) return;
            _isWriting = true;
        }

        if (!WriteAll(wait: false)) _blocked.Release();
    }

    public void Dispose()
    {
        lock (_gate) _isClosed = true;
        _blocked.Release();
    }

    private void FinishBlockedWrites()
    {
        for (;;)
        {
            _blocked.Wait();
            lock (_gate)
            {
                if (_isClosed) return;
            }

            WriteAll(wait: true);
        }
    }

    /// <summary>Writes until nothing is left; false when the other side takes no more now. The caller is the one who writes.</summary>
    private bool WriteAll(bool wait)
    {
        for (;;)
        {
            if (_written == _writing.WrittenCount)
            {
                lock (_gate)
                {
                    _written = 0;
                    if (_writing.Capacity > MostKept) _writing = new ArrayBufferWriter<byte>(Usual);
                    _writing.ResetWrittenCount();
                    if (_waiting.WrittenCount == 0)
                    {
                        _isWriting = false;
                        return true;
                    }

                    (_waiting, _writing) = (_writing, _waiting);
                }
            }

            var count = _socket.Send(_writing.WrittenSpan[_written..], wait);
            if (count < 0)
            {
                // The reader finds out as well, and ends the calls.
                lock (_gate) _isClosed = true;
                return true;
            }

            _written += count;
            if (_written < _writing.WrittenCount) return false;
        }
    }
}
